package io.coppice.structure;

import java.util.List;

/**
 * The masks of one step, all on the same minibatch.
 *
 * @param trained forward and backward: trains the weights
 * @param probes forward only, to learn from their losses; any number, also none
 */
public record StepMasks(Mask trained, List<Mask> probes) {

  public StepMasks {
    probes = List.copyOf(probes);
  }

  /** A trained mask and those that are compared with it. */
  public StepMasks(Mask trained, Mask... probes) {
    this(trained, List.of(probes));
  }
}
