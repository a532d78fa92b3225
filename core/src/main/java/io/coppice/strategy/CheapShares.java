package io.coppice.strategy;

import io.coppice.structure.CostModel;
import io.coppice.structure.GroupShares;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;

/**
 * Shares to begin with where the budget is not one of FLOPs. What a network learns hardly changes
 * where shares move between groups at equal FLOPs, so that a group that is dear for its FLOPs can
 * begin thinner, and one that is cheap wider: near a flat optimum that saves to first order and
 * costs to second.
 */
public final class CheapShares {

  /** Step of a derivative, relative to the channels. */
  private static final double STEP = 0.01;

  private CheapShares() {}

  /**
   * Proportions of the groups' shares: a group whose channels cost so many times as much of the
   * budget for their FLOPs as those of the others has that to the power of minus {@code tilt} of
   * their share. All alike where the budget is one of FLOPs.
   *
   * @param budget what may remain
   * @param flops of the same network
   * @param tilt 0 for equal shares, at most 1
   * @param bound factor by which a proportion differs from 1 at most
   */
  public static double[] proportions(Budget budget, CostModel flops, double tilt, double bound) {
    StructureSpace space = budget.space();
    Mask equal =
        new GroupShares(space, budget.cost())
            .equal(new double[space.units()], budget.limit().end());
    double[] counts = new double[space.groups()];
    Arrays.setAll(counts, equal::activeCount);
    double[] dearness = new double[counts.length];
    for (int group = 0; group < counts.length; group++) {
      double cost = slope(budget.cost(), counts, group);
      double ofFlops = slope(flops, counts, group);
      dearness[group] = cost > 0 && ofFlops > 0 ? Math.log(cost / ofFlops) : Double.NaN;
    }
    double mean = Arrays.stream(dearness).filter(Double::isFinite).average().orElse(0);
    double[] proportions = new double[counts.length];
    Arrays.setAll(
        proportions,
        group ->
            Double.isFinite(dearness[group])
                ? Math.min(bound, Math.max(1 / bound, Math.exp(-tilt * (dearness[group] - mean))))
                : 1);
    return proportions;
  }

  /** What a cost rises by, for so much more of all channels of a group. */
  private static double slope(CostModel cost, double[] counts, int group) {
    CostModel smooth = cost.smooth();
    double[] more = counts.clone();
    more[group] *= 1 + STEP;
    double[] less = counts.clone();
    less[group] *= 1 - STEP;
    return smooth.cost(more) - smooth.cost(less);
  }
}
