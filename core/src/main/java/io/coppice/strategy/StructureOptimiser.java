package io.coppice.strategy;

import io.coppice.structure.BudgetProjection;

/**
 * The structure probabilities s and their update: Adam on the policy gradient (Kingma and Ba,
 * "Adam: A Method for Stochastic Optimization", ICLR 2015, in the form at the end of its section 2,
 * with its default betas), then projection into the budget.
 */
final class StructureOptimiser {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final BudgetProjection projection;
  private double[] moments;
  private double[] probabilities;
  private int updates;

  /**
   * @param initial s before the first update; is projected into the budget
   * @param limit bound on the expected cost for that projection
   */
  StructureOptimiser(BudgetProjection projection, double[] initial, double limit) {
    this.projection = projection;
    this.probabilities = projection.project(initial, limit);
    this.moments = new double[2 * initial.length];
  }

  /** First and second moments, one after the other. */
  double[] moments() {
    return moments.clone();
  }

  /** Number of updates so far. */
  int updates() {
    return updates;
  }

  /** Goes on from another moment; the arrays are copied. */
  void restore(double[] newProbabilities, double[] newMoments, int newUpdates) {
    probabilities = newProbabilities.clone();
    moments = newMoments.clone();
    updates = newUpdates;
  }

  /** s, one value a unit. */
  double[] probabilities() {
    return probabilities.clone();
  }

  /**
   * Takes one step.
   *
   * @param gradient policy gradient, one value a unit; must be finite
   * @param learningRate of Adam
   * @param limit bound on the expected cost
   */
  void update(double[] gradient, double learningRate, double limit) {
    for (double value : gradient) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("the structure gradient is not finite: " + value);
      }
    }
    updates++;
    double rate =
        learningRate * Math.sqrt(1 - Math.pow(BETA2, updates)) / (1 - Math.pow(BETA1, updates));
    int units = gradient.length;
    double[] moved = probabilities.clone();
    for (int unit = 0; unit < units; unit++) {
      double first = BETA1 * moments[unit] + (1 - BETA1) * gradient[unit];
      double second = BETA2 * moments[units + unit] + (1 - BETA2) * gradient[unit] * gradient[unit];
      moments[unit] = first;
      moments[units + unit] = second;
      moved[unit] -= rate * first / (Math.sqrt(second) + EPSILON);
    }
    probabilities = projection.project(moved, limit);
  }
}
