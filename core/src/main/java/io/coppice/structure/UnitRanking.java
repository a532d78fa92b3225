package io.coppice.structure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Masks of the most important units of those that are still there, within a cost limit. Of equally
 * important units of a group the earlier ones stay.
 */
public final class UnitRanking {

  /** Which units compete for the budget. */
  public enum Across {
    /** Those of a group: each group keeps the same share of its units. */
    GROUP,
    /**
     * All: importances are divided by the mean of their group, and by what the unit costs beside
     * the others. No group is left without a unit as long as the budget allows that.
     */
    NETWORK
  }

  private final StructureSpace space;
  private final CostModel cost;
  private final Across across;
  private final MaskSelection selection;

  public UnitRanking(StructureSpace space, CostModel cost, Across across) {
    this.space = space;
    this.cost = cost;
    this.across = across;
    this.selection = new MaskSelection(space, cost);
  }

  /**
   * The most important units.
   *
   * @param importance one value a unit, not negative
   * @param limit bound on the cost
   * @param present those to choose from
   */
  public Mask strongest(double[] importance, double limit, Mask present) {
    List<List<Integer>> ofGroups = byImportance(importance, present);
    return switch (across) {
      case GROUP -> strongestOfEachGroup(ofGroups, limit);
      case NETWORK ->
          strongestOfAll(ofGroups, new UnitChoice(space, present, importance), importance, limit);
    };
  }

  /** The units of each group that are present, the most important first. */
  private List<List<Integer>> byImportance(double[] importance, Mask present) {
    List<List<Integer>> ofGroups = new ArrayList<>();
    for (int group = 0; group < space.groups(); group++) {
      ofGroups.add(new ArrayList<>());
    }
    for (int unit = 0; unit < space.units(); unit++) {
      if (space.isActive(present, unit)) {
        ofGroups.get(space.group(unit)).add(unit);
      }
    }
    // Stable: the earlier ones of equals stay first.
    ofGroups.forEach(
        units -> units.sort(Comparator.comparingDouble((Integer unit) -> -importance[unit])));
    return ofGroups;
  }

  private Mask strongestOfEachGroup(List<List<Integer>> ofGroups, double limit) {
    Mask equalShare = selection.uniform(limit);
    int[] counts = new int[space.groups()];
    for (int unit = 0; unit < space.units(); unit++) {
      counts[space.group(unit)] += space.isActive(equalShare, unit) ? 1 : 0;
    }
    boolean[] active = new boolean[space.units()];
    for (int group = 0; group < counts.length; group++) {
      List<Integer> units = ofGroups.get(group);
      for (int unit : units.subList(0, Math.min(counts[group], units.size()))) {
        active[unit] = true;
      }
    }
    return space.mask(active);
  }

  /**
   * Takes away the unit that is worth least for what it costs, again and again. Costs are products
   * of two groups' counts, so that they change with every unit that goes. What still fits at the
   * end comes back, the last that went first.
   */
  private Mask strongestOfAll(
      List<List<Integer>> ofGroups, UnitChoice choice, double[] importance, double limit) {
    double[] means = new double[space.groups()];
    List<Deque<Integer>> left = new ArrayList<>();
    for (List<Integer> units : ofGroups) {
      left.add(new ArrayDeque<>(units));
      for (int unit : units) {
        means[space.group(unit)] += importance[unit] / units.size();
      }
    }
    Deque<Integer> gone = new ArrayDeque<>();
    for (int least = 1; least >= 0; least--) {
      int weakest;
      while (cost.cost(choice.counts()) > limit
          && (weakest = leastWorth(left, least, importance, means, choice.counts())) >= 0) {
        left.get(space.group(weakest)).removeLast();
        choice.remove(weakest);
        gone.push(weakest);
      }
    }
    for (int unit : gone) {
      if (choice.fits(unit, cost, limit)) {
        choice.add(unit);
      }
    }
    return choice.mask();
  }

  /**
   * The unit that is worth least for what it costs, of groups with more than so many, what always
   * stays included; -1 if there is none.
   */
  private int leastWorth(
      List<Deque<Integer>> left, int least, double[] importance, double[] means, double[] counts) {
    int weakest = -1;
    double lowest = Double.POSITIVE_INFINITY;
    CostModel smooth = cost.smooth();
    double present = smooth.cost(counts);
    for (int group = 0; group < left.size(); group++) {
      int remaining = left.get(group).size() + (space.lastingChannels(group) > 0 ? 1 : 0);
      if (left.get(group).isEmpty() || remaining <= least) {
        continue;
      }
      int unit = left.get(group).getLast();
      double[] without = counts.clone();
      without[group] -= space.size(unit);
      double saved = present - smooth.cost(without);
      double share = means[group] > 0 ? importance[unit] / means[group] : 1;
      // What costs nothing is never in the way.
      double worth = saved > 0 ? share * space.size(unit) / saved : Double.POSITIVE_INFINITY;
      if (worth < lowest) {
        lowest = worth;
        weakest = unit;
      }
    }
    return weakest;
  }
}
