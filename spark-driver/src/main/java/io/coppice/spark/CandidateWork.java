package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * Masks to be judged by the same weights.
 *
 * @param masks the candidates
 * @param union channels that some candidate needs
 * @param parameters trained tensors of the union's compact network
 * @param epoch whose order of shard 0's images the statistics are estimated from
 * @param statisticsBatches minibatches to estimate them from
 */
record CandidateWork(
    List<Mask> masks, Mask union, float[] parameters, long epoch, int statisticsBatches) {

  /** What the candidates take their weights from. */
  Weights weights(Network network) {
    return Weights.of(CompactNetwork.of(network, union), parameters);
  }
}
