package io.coppice.structure;

import io.coppice.random.CounterRandom;

/** Draws masks: every unit is active with its own probability, independently of the others. */
public final class MaskSampler {

  private final StructureSpace space;

  public MaskSampler(StructureSpace space) {
    this.space = space;
  }

  /**
   * Draws m ~ Bernoulli(s).
   *
   * @param probabilities s, one value in [0, 1] a unit; 0 never and 1 always activates its unit
   * @param random source of the draw
   */
  public Mask draw(double[] probabilities, CounterRandom random) {
    boolean[] active = new boolean[space.units()];
    for (int unit = 0; unit < active.length; unit++) {
      active[unit] = random.nextDouble() < probabilities[unit];
    }
    return space.mask(active);
  }
}
