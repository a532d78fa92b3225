package io.coppice.strategy;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * What each channel group is worth, from losses of masks in each of which some groups were thinned
 * and others not: least squares of the loss differences on indicators, with an intercept.
 *
 * <p>With every group thinned by a fair coin of its own, the expected coefficient of a group is the
 * policy gradient of its coin, E[L | thinned] - E[L | whole] over all that can happen to the other
 * groups. The regression takes the effects of the others out of a group's estimate, which the plain
 * policy gradient leaves in it as noise.
 */
final class GroupEffects {

  private static final int FEWEST_PER_COEFFICIENT = 3;

  /** Over the variance of a loss, the variance of VR-PGE for the probability of a fair coin. */
  private static final int PAIR_VARIANCE = 4;

  private final int groups;

  /** Sums of products of intercept, indicators and loss difference, in this order, row by row. */
  private double[] moments;

  GroupEffects(int groups) {
    this.groups = groups;
    this.moments = new double[(groups + 2) * (groups + 2)];
  }

  /** Takes in one mask: which groups it thinned, and by how much its loss was higher. */
  void add(boolean[] thinned, double difference) {
    double[] values = new double[groups + 2];
    values[0] = 1;
    for (int group = 0; group < groups; group++) {
      values[1 + group] = thinned[group] ? 1 : 0;
    }
    values[1 + groups] = difference;
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values.length; j++) {
        moments[i * values.length + j] += values[i] * values[j];
      }
    }
  }

  /** Gives all that was taken in until now a smaller weight than what will come. */
  void fade(double factor) {
    for (int i = 0; i < moments.length; i++) {
      moments[i] *= factor;
    }
  }

  /**
   * The effects; empty while there are too few masks to tell.
   *
   * <p>A group that was thinned always or never is left out.
   */
  Optional<GroupEvidence> estimate() {
    int[] known = known();
    int unknowns = known.length + 1;
    double count = moments[0];
    if (count < FEWEST_PER_COEFFICIENT * unknowns) {
      return Optional.empty();
    }
    int last = groups + 1;
    double[][] products = new double[unknowns][unknowns];
    double[] right = new double[unknowns];
    for (int i = 0; i < unknowns; i++) {
      for (int j = 0; j < unknowns; j++) {
        products[i][j] = moment(index(known, i), index(known, j));
      }
      right[i] = moment(index(known, i), last);
    }
    RealMatrix inverse;
    try {
      inverse =
          new CholeskyDecomposition(MatrixUtils.createRealMatrix(products))
              .getSolver()
              .getInverse();
    } catch (NonPositiveDefiniteMatrixException e) {
      return Optional.empty();
    }
    double[] coefficients = inverse.operate(right);
    double residual = moment(last, last);
    for (int i = 0; i < unknowns; i++) {
      residual -= coefficients[i] * right[i];
    }
    double noise = Math.max(0, residual) / (count - unknowns);
    double[] effect = new double[groups];
    double[] variance = new double[groups];
    Arrays.fill(variance, Double.POSITIVE_INFINITY);
    for (int i = 0; i < known.length; i++) {
      effect[known[i]] = coefficients[1 + i];
      variance[known[i]] = noise * inverse.getEntry(1 + i, 1 + i);
    }
    return Optional.of(new GroupEvidence(effect, variance, pairVariance()));
  }

  /**
   * For independent draws m and m' with scores 2 and -2, the variance of {@code (L(m) - L(m'))
   * (score(m) - score(m')) / 2} is four times that of L, whatever the effect.
   */
  private double pairVariance() {
    double count = moments[0];
    int last = groups + 1;
    double mean = moment(0, last) / count;
    return PAIR_VARIANCE * (moment(last, last) / count - mean * mean) / count;
  }

  private int[] known() {
    int[] known = new int[groups];
    int count = 0;
    for (int group = 0; group < groups; group++) {
      double thinned = moment(0, 1 + group);
      if (thinned > 0 && thinned < moments[0]) {
        known[count++] = group;
      }
    }
    return Arrays.copyOf(known, count);
  }

  private static int index(int[] known, int unknown) {
    return unknown == 0 ? 0 : 1 + known[unknown - 1];
  }

  private double moment(int i, int j) {
    return moments[i * (groups + 2) + j];
  }

  /** All that was taken in, as {@link #restore} takes it. */
  double[] moments() {
    return moments.clone();
  }

  void restore(double[] newMoments) {
    moments = newMoments.clone();
  }
}
