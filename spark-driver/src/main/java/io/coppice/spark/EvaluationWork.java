package io.coppice.spark;

import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Weights;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * Masks to be evaluated by the same weights.
 *
 * @param masks to be evaluated
 * @param parameters trained tensors that some mask needs, laid out as {@link
 *     CompactNetworks#parametersOf}
 * @param statistics running statistics of each mask
 */
record EvaluationWork(List<Mask> masks, float[] parameters, List<float[]> statistics) {

  /** What the masks take their weights from. */
  Weights weights(CompactNetworks networks) {
    return Weights.of(networks, masks, parameters);
  }
}
