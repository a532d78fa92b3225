package io.coppice.timing;

import io.coppice.random.CounterRandom;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;

/**
 * Masks whose groups have widths of their own around those of a mask in the middle, to time rounds
 * with.
 */
public final class MaskSamples {

  /** By how much a mask may be wider or narrower in all of its groups. */
  private static final double ALL_GROUPS = 1.6;

  /** By how much a group may be wider or narrower beside the others. */
  private static final double EACH_GROUP = 2;

  /** One of so many groups is left empty, of those that may be. */
  private static final int EMPTY_ONES = 12;

  private final StructureSpace space;
  private final boolean[] indispensable;
  private final Mask middle;

  /**
   * @param indispensable for every group whether it may not be left empty
   */
  public MaskSamples(StructureSpace space, boolean[] indispensable, Mask middle) {
    this.space = space;
    this.indispensable = indispensable.clone();
    this.middle = middle;
  }

  /** A mask; the same for the same random numbers. */
  public Mask draw(CounterRandom random) {
    double level = factor(ALL_GROUPS, random);
    boolean[] active = new boolean[space.units()];
    for (int group = 0; group < space.groups(); group++) {
      double channels = middle.activeCount(group) * level * factor(EACH_GROUP, random);
      boolean empty = random.nextInt(EMPTY_ONES) == 0 && !indispensable[group];
      double count = space.lastingChannels(group);
      for (int unit = space.firstUnit(group); unit < space.firstUnit(group + 1); unit++) {
        active[unit] = !empty && (count == 0 || count + 0.5 * space.size(unit) <= channels);
        count += active[unit] ? space.size(unit) : 0;
      }
    }
    return space.mask(active);
  }

  private static double factor(double most, CounterRandom random) {
    return Math.exp(Math.log(most) * (2 * random.nextDouble() - 1));
  }
}
