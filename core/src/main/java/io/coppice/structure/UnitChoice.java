package io.coppice.structure;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A mask that is put together unit by unit. */
public final class UnitChoice {

  private final StructureSpace space;
  private final double[] importance;
  private final boolean[] active;
  private final double[] counts;

  /**
   * @param mask where to begin
   * @param importance one value a unit
   */
  public UnitChoice(StructureSpace space, Mask mask, double[] importance) {
    this.space = space;
    this.importance = importance;
    this.active = new boolean[space.units()];
    this.counts = new double[space.groups()];
    Arrays.setAll(counts, group -> mask.activeCount(group));
    for (int unit = 0; unit < active.length; unit++) {
      active[unit] = space.isActive(mask, unit);
    }
  }

  /** Another one that is where this one is. */
  public UnitChoice copy() {
    return new UnitChoice(space, mask(), importance);
  }

  /** Goes to where another one of the same units is. */
  public void become(UnitChoice other) {
    System.arraycopy(other.active, 0, active, 0, active.length);
    System.arraycopy(other.counts, 0, counts, 0, counts.length);
  }

  /** Active channels of every group; not a copy. */
  public double[] counts() {
    return counts;
  }

  /** The same with one more unit. */
  public double[] countsWith(int unit) {
    double[] with = counts.clone();
    with[space.group(unit)] += space.size(unit);
    return with;
  }

  /** Whether the cost is within a limit with one more unit. */
  public boolean fits(int unit, CostModel cost, double limit) {
    int group = space.group(unit);
    double before = counts[group];
    counts[group] += space.size(unit);
    double with = cost.cost(counts);
    counts[group] = before;
    return with <= limit;
  }

  /** The active unit of a group with the least importance, the last of several; -1 if none is. */
  public int leastImportant(int group) {
    int least = -1;
    for (int unit = space.firstUnit(group); unit < space.firstUnit(group + 1); unit++) {
      if (active[unit] && (least < 0 || importance[unit] <= importance[least])) {
        least = unit;
      }
    }
    return least;
  }

  /**
   * The absent unit of a group with the most importance among those with which the cost is within a
   * limit, the first of several; -1 if there is none.
   */
  public int mostImportantThatFits(int group, CostModel cost, double limit) {
    return mostImportantAbsent(group, unit -> fits(unit, cost, limit));
  }

  /** The absent unit of a group with the most importance, the first of several; -1 if none is. */
  public int mostImportantAbsent(int group) {
    return mostImportantAbsent(group, unit -> true);
  }

  private int mostImportantAbsent(int group, IntPredicate allowed) {
    int most = -1;
    for (int unit = space.firstUnit(group); unit < space.firstUnit(group + 1); unit++) {
      if (!active[unit]
          && (most < 0 || importance[unit] > importance[most])
          && allowed.test(unit)) {
        most = unit;
      }
    }
    return most;
  }

  /** Makes an absent unit active. */
  public void add(int unit) {
    active[unit] = true;
    counts[space.group(unit)] += space.size(unit);
  }

  /** Makes an active unit absent. */
  public void remove(int unit) {
    active[unit] = false;
    counts[space.group(unit)] -= space.size(unit);
  }

  /** The mask as it is. */
  public Mask mask() {
    return space.mask(active);
  }
}
