package io.coppice.spark;

import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Weights;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * Masks to be judged by the same weights.
 *
 * @param masks the candidates
 * @param parameters trained tensors that some candidate needs, laid out as {@link
 *     io.coppice.compact.CompactNetworks#parametersOf}
 * @param epoch whose order of shard 0's images the statistics are estimated from
 * @param statisticsBatches minibatches to estimate them from
 */
record CandidateWork(List<Mask> masks, float[] parameters, long epoch, int statisticsBatches) {

  /** What the candidates take their weights from. */
  Weights weights(CompactNetworks networks) {
    return Weights.of(networks, masks, parameters);
  }
}
