package io.coppice.structure;

import java.util.Arrays;

/**
 * Brings structure probabilities back into the budget after an update.
 *
 * <p>For a cost that is linear in s this is the exact projection onto the {@link CappedSimplex}.
 * For a cost that is not (FLOPs: products of two groups' counts) it moves along the cost's gradient
 * a at z, clip(z - v a, 0, 1), with the smallest v >= 0 whose expected cost meets the limit: the
 * same map with the weights of the linearised cost, and exact in the budget. Units whose cost is 0
 * are only clipped.
 */
public final class BudgetProjection {

  /** Halvings of the bracket of v; each gains one bit of a double's 53. */
  private static final int HALVINGS = 100;

  private final StructureSpace space;
  private final CostModel cost;

  public BudgetProjection(StructureSpace space, CostModel cost) {
    this.space = space;
    this.cost = cost;
  }

  /**
   * @param z any values, one a unit; not changed
   * @param limit bound on the expected cost, not negative
   * @return s in [0, 1] with expected cost at most {@code limit}
   * @throws IllegalArgumentException if z holds a NaN, or the cost without any channel exceeds the
   *     limit
   */
  public double[] project(double[] z, double limit) {
    double[] clipped = new double[z.length];
    for (int unit = 0; unit < z.length; unit++) {
      if (Double.isNaN(z[unit])) {
        throw new IllegalArgumentException(
            "the structure update of unit " + unit + " is not a number");
      }
      clipped[unit] = CappedSimplex.clip(z[unit]);
    }
    double floor = cost.expected(space, new double[z.length]);
    if (floor > limit) {
      throw new IllegalArgumentException(
          "the budget of " + limit + " is below " + floor + ", the cost without any channel");
    }
    if (cost.expected(space, clipped) <= limit) {
      return clipped;
    }
    double[] weights = cost.expectedGradient(space, clipped);
    if (cost.isLinear() && allPositive(weights)) {
      return new CappedSimplex(weights, limit - floor).project(z);
    }
    return alongGradient(z, normalised(weights), limit);
  }

  /**
   * The same probability for every unit: the largest whose expected cost meets the limit, which is
   * the share k itself for a limit of k times a linear cost.
   */
  public double[] uniform(double limit) {
    double low = 0;
    double high = 1;
    double[] s = new double[space.units()];
    Arrays.fill(s, 1);
    if (cost.expected(space, s) <= limit) {
      return s;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = 0.5 * (low + high);
      Arrays.fill(s, middle);
      if (cost.expected(space, s) <= limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    Arrays.fill(s, low);
    return s;
  }

  private double[] alongGradient(double[] z, double[] weights, double limit) {
    double low = 0;
    double high = 1;
    while (cost.expected(space, shifted(z, weights, high)) > limit) {
      high *= 2;
      if (Double.isInfinite(high)) {
        throw new IllegalStateException(
            "the budget of " + limit + " cannot be reached along the cost's gradient");
      }
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = 0.5 * (low + high);
      if (cost.expected(space, shifted(z, weights, middle)) > limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return shifted(z, weights, high);
  }

  private static double[] shifted(double[] z, double[] weights, double v) {
    double[] s = new double[z.length];
    for (int unit = 0; unit < z.length; unit++) {
      s[unit] = CappedSimplex.clip(z[unit] - v * weights[unit]);
    }
    return s;
  }

  private static double[] normalised(double[] weights) {
    double largest = 0;
    for (double weight : weights) {
      largest = Math.max(largest, weight);
    }
    double[] normalised = new double[weights.length];
    for (int unit = 0; unit < weights.length; unit++) {
      // A cost that reads an empty group has a zero derivative for its partner: a small floor keeps
      // every unit movable.
      normalised[unit] = largest == 0 ? 1 : Math.max(weights[unit] / largest, 1e-3);
    }
    return normalised;
  }

  private static boolean allPositive(double[] weights) {
    for (double weight : weights) {
      if (!(weight > 0)) {
        return false;
      }
    }
    return true;
  }
}
