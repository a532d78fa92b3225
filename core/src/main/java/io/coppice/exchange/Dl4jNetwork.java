package io.coppice.exchange;

import io.coppice.exchange.Dl4jWeights.Part;
import io.coppice.network.Network;
import java.util.List;

/**
 * Our network of a Deeplearning4j one.
 *
 * @param parts where the values of Deeplearning4j's vector of weights belong, in its order
 */
record Dl4jNetwork(Network network, List<Part> parts) {

  Dl4jNetwork {
    parts = List.copyOf(parts);
  }
}
