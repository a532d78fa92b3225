package io.coppice.strategy;

import io.coppice.structure.Mask;
import io.coppice.structure.UnitChoice;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Moves of units between groups that evidence supports. The groups that are worth most for what
 * they cost, even if it is as little as the evidence allows, gain units first, and those that are
 * worth least, even if it is as much as it allows, lose theirs to them.
 */
final class GroupMoves {

  private final Budget budget;
  private final Mask begun;
  private final SharesStrategy.Options options;
  private final double[] atLeast;
  private final double[] atMost;

  /**
   * @param begun a mask of the shares that were begun with, from which no group may get too far
   * @param worth of every group, loss for cost
   * @param error standard error of that; infinite where it is not known
   */
  GroupMoves(
      Budget budget, Mask begun, SharesStrategy.Options options, double[] worth, double[] error) {
    this.budget = budget;
    this.begun = begun;
    this.options = options;
    this.atLeast = bounds(worth, error, -options.significance());
    this.atMost = bounds(worth, error, options.significance());
  }

  private static double[] bounds(double[] worth, double[] error, double factor) {
    return IntStream.range(0, worth.length)
        .mapToDouble(group -> worth[group] + factor * error[group])
        .toArray();
  }

  /**
   * A mask after the moves.
   *
   * @param importance one value a unit: the least important go, the most important come
   * @param limit bound on the cost
   */
  Mask apply(Mask mask, double[] importance, double limit) {
    UnitChoice choice = new UnitChoice(budget.space(), mask, importance);
    int[] gains = groupsBy(Comparator.comparingDouble(group -> -atLeast[group]));
    int[] losses = groupsBy(Comparator.comparingDouble(group -> atMost[group]));
    boolean[] gained = new boolean[begun.groups()];
    for (int to : gains) {
      while (mayGain(to, choice, mask) && gain(to, choice, mask, losses, gained, limit)) {
        gained[to] = true;
      }
    }
    return choice.mask();
  }

  /** Lets one unit in, and as many out as make room for it; changes nothing if there are none. */
  private boolean gain(
      int to, UnitChoice choice, Mask before, int[] losses, boolean[] gained, double limit) {
    UnitChoice trial = choice.copy();
    int unit = trial.mostImportantAbsent(to);
    for (int from : losses) {
      while (!trial.fits(unit, budget.cost(), limit)
          && !gained[from]
          && from != to
          && atLeast[to] > options.ratio() * Math.max(0, atMost[from])
          && mayLose(from, trial, before)) {
        trial.remove(trial.leastImportant(from));
      }
    }
    if (!trial.fits(unit, budget.cost(), limit)) {
      return false;
    }
    trial.add(unit);
    choice.become(trial);
    return true;
  }

  private boolean mayGain(int group, UnitChoice choice, Mask before) {
    int unit = choice.mostImportantAbsent(group);
    if (unit < 0 || !(atLeast[group] > 0)) {
      return false;
    }
    double after = choice.countsWith(unit)[group];
    double most =
        Math.max(budget.space().granularity(), options.step() * before.activeCount(group));
    return after - before.activeCount(group) <= most
        && after
            <= Math.max(options.bound() * begun.activeCount(group), budget.space().granularity());
  }

  private boolean mayLose(int group, UnitChoice choice, Mask before) {
    int unit = choice.leastImportant(group);
    if (unit < 0) {
      return false;
    }
    double after = choice.counts()[group] - budget.space().size(unit);
    return after > 0
        && before.activeCount(group) - after <= options.step() * before.activeCount(group)
        && after >= begun.activeCount(group) / options.bound();
  }

  private int[] groupsBy(Comparator<Integer> order) {
    return IntStream.range(0, begun.groups())
        .boxed()
        .sorted(order)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
