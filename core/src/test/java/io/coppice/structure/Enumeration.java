package io.coppice.structure;

import java.util.function.Consumer;

/** Visits every mask of a small structure, with its probability. */
final class Enumeration {

  record Outcome(Mask mask, int index, double probability) {}

  private Enumeration() {}

  static void of(StructureSpace space, double[] probabilities, Consumer<Outcome> visitor) {
    int units = space.units();
    for (int index = 0; index < 1 << units; index++) {
      boolean[] active = new boolean[units];
      double probability = 1;
      for (int unit = 0; unit < units; unit++) {
        active[unit] = (index >> unit & 1) != 0;
        probability *= active[unit] ? probabilities[unit] : 1 - probabilities[unit];
      }
      visitor.accept(new Outcome(space.mask(active), index, probability));
    }
  }
}
