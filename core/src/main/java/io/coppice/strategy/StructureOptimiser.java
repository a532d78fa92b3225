package io.coppice.strategy;

import io.coppice.structure.BudgetProjection;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The structure probabilities s and their update: Adam on the policy gradient (ND4J's, with its
 * default betas), then projection into the budget.
 */
final class StructureOptimiser {

  private final BudgetProjection projection;
  private final AdamUpdater updater;
  private final INDArray moments;
  private double[] probabilities;
  private int updates;

  /**
   * @param initial s before the first update; is projected into the budget
   * @param limit bound on the expected cost for that projection
   */
  StructureOptimiser(BudgetProjection projection, double[] initial, double limit) {
    this.projection = projection;
    this.probabilities = projection.project(initial, limit);
    this.updater = new AdamUpdater(new Adam());
    this.moments = Nd4j.zeros(DataType.DOUBLE, 1, 2L * initial.length);
    updater.setStateViewArray(moments, new long[] {1, initial.length}, 'c', true);
  }

  /** First and second moments, one after the other. */
  double[] moments() {
    return moments.dup().data().asDouble();
  }

  /** Number of updates so far. */
  int updates() {
    return updates;
  }

  /** Goes on from another moment; the arrays are copied. */
  void restore(double[] newProbabilities, double[] newMoments, int newUpdates) {
    probabilities = newProbabilities.clone();
    moments.assign(Nd4j.createFromArray(newMoments).reshape(1, newMoments.length));
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
    updater.getConfig().setLearningRate(learningRate);
    INDArray step = Nd4j.createFromArray(gradient.clone()).reshape(1, gradient.length);
    updater.applyUpdater(step, updates++, 0);
    double[] moved = probabilities.clone();
    for (int unit = 0; unit < moved.length; unit++) {
      moved[unit] -= step.getDouble(unit);
    }
    probabilities = projection.project(moved, limit);
  }
}
