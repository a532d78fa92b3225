package io.coppice.structure;

import java.util.Arrays;

/**
 * The weighted capped simplex {s : 0 <= s <= 1, sum a_i s_i <= K} and the Euclidean projection onto
 * it.
 *
 * <p>The projection of z is clip(z - v a, 0, 1) with the smallest v >= 0 that meets the bound (the
 * optimality conditions of the quadratic programme); where clip(z, 0, 1) meets it already, v = 0
 * and no mass is added.
 */
public final class CappedSimplex {

  private final double[] weights;
  private final double bound;

  /**
   * @param weights a, all positive
   * @param bound K, not negative
   */
  public CappedSimplex(double[] weights, double bound) {
    for (double weight : weights) {
      if (!(weight > 0)) {
        throw new IllegalArgumentException("every weight must be positive, found " + weight);
      }
    }
    if (!(bound >= 0)) {
      throw new IllegalArgumentException("the bound must not be negative, found " + bound);
    }
    this.weights = weights.clone();
    this.bound = bound;
  }

  /**
   * The nearest point to z, found exactly in O(n log n): the bound is piecewise linear in v between
   * sorted kinks.
   */
  public double[] project(double[] z) {
    if (z.length != weights.length) {
      throw new IllegalArgumentException(
          "expected " + weights.length + " values, found " + z.length);
    }
    return shifted(z, multiplier(z));
  }

  /** The smallest v >= 0 with sum a clip(z - v a, 0, 1) <= K. */
  double multiplier(double[] z) {
    if (load(z, 0) <= bound) {
      return 0;
    }
    double[] kinks = new double[2 * z.length];
    for (int i = 0; i < z.length; i++) {
      kinks[2 * i] = Math.max(0, (z[i] - 1) / weights[i]);
      kinks[2 * i + 1] = Math.max(0, z[i] / weights[i]);
    }
    Arrays.sort(kinks);
    int low = 0;
    int high = kinks.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (load(z, kinks[middle]) <= bound) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    double right = kinks[low];
    double left = low == 0 ? 0 : kinks[low - 1];
    double loadLeft = load(z, left);
    double loadRight = load(z, right);
    if (loadLeft == loadRight) {
      return right;
    }
    return Math.min(right, left + (right - left) * (loadLeft - bound) / (loadLeft - loadRight));
  }

  private double load(double[] z, double v) {
    double load = 0;
    for (int i = 0; i < z.length; i++) {
      load += weights[i] * clip(z[i] - v * weights[i]);
    }
    return load;
  }

  private double[] shifted(double[] z, double v) {
    double[] s = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      s[i] = clip(z[i] - v * weights[i]);
    }
    return s;
  }

  static double clip(double value) {
    return Math.min(1, Math.max(0, value));
  }
}
