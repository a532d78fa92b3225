package io.coppice.structure;

import java.util.Arrays;

/**
 * Brings structure probabilities back into the budget after an update.
 *
 * <p>For a cost that is linear in s this is the Euclidean projection onto the {@link
 * CappedSimplex}, clip(z - v a, 0, 1) with the weights a. For a cost that is not (FLOPs: products
 * of two groups' counts) distances are weighed by the costs themselves, sum a_i (s_i - z_i)^2,
 * whose projection is clip(z - v, 0, 1) whatever the weights: with the smallest v >= 0 whose
 * expected cost meets the limit it is exact in the budget. The Euclidean one would take all of the
 * excess from the few units with the highest cost, first of all from the residual stream that
 * everything else reads.
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
    if (cost.isLinear()) {
      double[] weights = cost.expectedGradient(space, clipped);
      if (allPositive(weights)) {
        return new CappedSimplex(weights, limit - floor).project(z);
      }
    }
    return evenlyShifted(z, limit);
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

  private double[] evenlyShifted(double[] z, double limit) {
    double low = 0;
    double high = Arrays.stream(z).max().orElse(0);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = 0.5 * (low + high);
      if (cost.expected(space, shifted(z, middle)) > limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return shifted(z, high);
  }

  private static double[] shifted(double[] z, double v) {
    double[] s = new double[z.length];
    for (int unit = 0; unit < z.length; unit++) {
      s[unit] = CappedSimplex.clip(z[unit] - v);
    }
    return s;
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
