package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;

/** Where in a network something is trained, and what follows from that. */
final class TrainedLayers {

  private TrainedLayers() {}

  /**
   * For each node whether anything is trained in it or before it, so that a gradient of its output
   * is of use.
   */
  static boolean[] reached(Network network) {
    boolean[] reached = new boolean[network.nodes().size()];
    TensorLayout parameters = CompactNetwork.dense(network).parameters();
    for (Node node : network.nodes()) {
      boolean any = parameters.hasTensors(node.index());
      for (int input : node.inputs()) {
        any |= reached[input];
      }
      reached[node.index()] = any;
    }
    return reached;
  }

  /**
   * Whether only layers read the image that take it as it comes, with as many channels as it has:
   * convolutions and linear layers.
   */
  static boolean aloneReadTheImage(Network network) {
    return network.nodes().stream()
        .filter(node -> node.inputs().contains(0))
        .allMatch(
            node ->
                node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear);
  }
}
