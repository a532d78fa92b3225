package io.coppice.spark;

import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Weights;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * Masks to be judged by the same weights, and what their statistics are estimated from.
 *
 * @param masks the candidates
 * @param parameters trained tensors that some candidate needs, laid out as {@link
 *     CompactNetworks#parametersOf}
 * @param epoch whose order of the shards' images is taken
 * @param statisticsBatches number of minibatches
 */
record CandidateWork(List<Mask> masks, float[] parameters, long epoch, int statisticsBatches) {

  /** What the candidates take their weights from. */
  Weights weights(CompactNetworks networks) {
    return Weights.of(networks, masks, parameters);
  }

  /** The same masks, to be evaluated with some statistics. */
  EvaluationWork with(List<float[]> statistics) {
    return new EvaluationWork(masks, parameters, statistics);
  }
}
