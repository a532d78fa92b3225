package io.coppice.registry;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.special.Beta;

/**
 * An exact one-sided test that a model's accuracy lies no more than a margin below another one's,
 * by the images that only one of them classifies right.
 *
 * <p>Of n images the candidate alone is right with probability p, the current model alone with q.
 * The null hypothesis is p - q <= -margin. Given that d = c + r images tell them apart, c of them
 * in the candidate's favour, c is binomial with d trials and a success probability of at most 1/2 -
 * margin / (2 (p + q)) under it, which grows with p + q. That is not known; with probability {@code
 * 1 - gamma} it lies below its one-sided Clopper-Pearson bound u, so that
 *
 * <pre>p-value = gamma + P(Binomial(d, 1/2 - margin / (2 u)) >= c)</pre>
 *
 * never rejects a true null hypothesis more often than it says (R. Berger, D. Boos, "P values
 * maximized over a confidence set for the nuisance parameter", JASA 1994); where u is at most the
 * margin, no p and q below u fulfil the null hypothesis, and the p-value is gamma. With a margin of
 * 0 neither matters: it is McNemar's exact test, one-sided.
 */
final class NonInferiority {

  /** Part of the significance that goes to not knowing how often the models differ. */
  private static final double GAMMA_SHARE = 0.1;

  private NonInferiority() {}

  /**
   * How probable so many images in the candidate's favour, or more, are at most if it is worse by
   * the margin or more.
   *
   * @param images n
   * @param onlyCurrent r, images that the current model alone classifies right
   * @param onlyCandidate c, images that the candidate alone classifies right
   * @param margin of accuracy, in [0, 1)
   * @param significance that the result is compared with
   */
  static double pValue(
      long images, long onlyCurrent, long onlyCandidate, double margin, double significance) {
    int discordant = Math.toIntExact(onlyCurrent + onlyCandidate);
    if (margin == 0) {
      return atLeast(onlyCandidate, discordant, 0.5);
    }
    double gamma = GAMMA_SHARE * significance;
    double most = upperBound(discordant, Math.toIntExact(images), gamma);
    double rest =
        most <= margin ? 0 : atLeast(onlyCandidate, discordant, 0.5 - margin / (2 * most));
    return Math.min(1, gamma + rest);
  }

  /** P(Binomial(trials, probability) >= count). */
  static double atLeast(long count, int trials, double probability) {
    return count == 0 ? 1 : Beta.regularizedBeta(probability, count, trials - count + 1.0);
  }

  /** One-sided upper bound of a probability by Clopper and Pearson. */
  private static double upperBound(int count, int trials, double error) {
    return count == trials
        ? 1
        : new BetaDistribution(null, count + 1.0, trials - count)
            .inverseCumulativeProbability(1 - error);
  }
}
