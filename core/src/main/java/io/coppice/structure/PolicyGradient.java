package io.coppice.structure;

/**
 * The preconditioned policy gradient of the expected loss with respect to the structure
 * probabilities, from losses alone (Zhou et al. 2021, section 4, "VR-PGE").
 *
 * <p>With H = diag(s (1 - s)) and ln p(m|s) the log-likelihood of a mask, the preconditioned score
 * of a unit is
 *
 * <pre>  z(m) = H^alpha grad ln p(m|s) = (m - s) (s (1 - s))^(alpha - 1)</pre>
 *
 * and both estimators below have the expectation H^alpha grad E[L]. Their variance is bounded
 * uniformly in s exactly where alpha is at least 1/2. A unit whose s is exactly 0 or 1 is not
 * random: its score is 0.
 */
public final class PolicyGradient {

  /**
   * The paper's choice, with the smallest bias away from the plain gradient among those of bounded
   * variance.
   */
  public static final double BOUNDED_VARIANCE_ALPHA = 0.5;

  private final StructureSpace space;
  private final double alpha;

  /** The estimator with alpha = 1/2. */
  public PolicyGradient(StructureSpace space) {
    this(space, BOUNDED_VARIANCE_ALPHA);
  }

  /**
   * @param space the units of structure
   * @param alpha power of the preconditioner, in [0, 1]; below 1/2 the variance is unbounded
   */
  public PolicyGradient(StructureSpace space, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha must lie in [0, 1], found " + alpha);
    }
    this.space = space;
    this.alpha = alpha;
  }

  /** The estimators at some probabilities: what depends on those alone is worked out once. */
  public Estimators at(double[] probabilities) {
    return new Estimators(probabilities);
  }

  /** Estimators from losses of masks that were drawn from the same probabilities s. */
  public final class Estimators {

    private final double[] probabilities;

    /** Of each unit, the power of its variance that its score is a multiple of; 0 for no score. */
    private final double[] factors;

    private Estimators(double[] probabilities) {
      this.probabilities = probabilities.clone();
      this.factors = new double[probabilities.length];
      for (int unit = 0; unit < factors.length; unit++) {
        double variance = probabilities[unit] * (1 - probabilities[unit]);
        factors[unit] = variance > 0 ? Math.pow(variance, alpha - 1) : 0;
      }
    }

    /** z(m): one value a unit. */
    public double[] score(Mask mask) {
      double[] score = new double[space.units()];
      for (int unit = 0; unit < score.length; unit++) {
        if (factors[unit] != 0) {
          score[unit] =
              ((space.isActive(mask, unit) ? 1 : 0) - probabilities[unit]) * factors[unit];
        }
      }
      return score;
    }

    /**
     * One pair of masks that were both drawn from s: 1/2 (L(m1) - L(m2)) (z(m1) - z(m2)).
     *
     * @param first m1
     * @param firstLoss L(m1)
     * @param second m2, drawn independently of m1
     * @param secondLoss L(m2), on the same minibatch
     */
    public double[] ofSampledPair(Mask first, double firstLoss, Mask second, double secondLoss) {
      double[] gradient = score(first);
      double[] other = score(second);
      for (int unit = 0; unit < gradient.length; unit++) {
        gradient[unit] = 0.5 * (firstLoss - secondLoss) * (gradient[unit] - other[unit]);
      }
      return gradient;
    }

    /**
     * One mask that was drawn from s against a baseline that was not: (L(m) - L(anchor)) z(m).
     * Unbiased, because the baseline does not depend on m and the score has mean 0.
     *
     * @param anchorLoss of the baseline, on the same minibatch
     */
    public double[] ofAnchoredMask(double anchorLoss, Mask drawn, double drawnLoss) {
      double[] gradient = score(drawn);
      for (int unit = 0; unit < gradient.length; unit++) {
        gradient[unit] *= drawnLoss - anchorLoss;
      }
      return gradient;
    }
  }
}
