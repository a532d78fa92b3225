package io.coppice.train;

import io.coppice.structure.Mask;
import org.jspecify.annotations.Nullable;

/**
 * The masks of one paired step.
 *
 * @param trained forward and backward: trains the weights
 * @param probe forward only, on the same minibatch; null where the structure is fixed
 */
public record MaskPair(Mask trained, @Nullable Mask probe) {

  /** All channels that the step needs. */
  public Mask union() {
    return probe == null ? trained : trained.union(probe);
  }
}
