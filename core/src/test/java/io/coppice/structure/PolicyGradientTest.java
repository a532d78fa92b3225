package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Expectation and variance by enumeration of every mask, not by sampling. */
class PolicyGradientTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {3, 2}, 1);

  @Property(tries = 60)
  void ofSampledPair_everyPairOfMasks_averagesToThePreconditionedGradient(
      @ForAll @LongRange(min = 0, max = 100_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double alpha) {
    double[] losses = randomLosses(seed);
    double[] s = randomProbabilities(seed);
    PolicyGradient.Estimators estimator = new PolicyGradient(SPACE, alpha).at(s);
    double[] mean = new double[SPACE.units()];
    Enumeration.of(
        SPACE,
        s,
        first ->
            Enumeration.of(
                SPACE,
                s,
                second ->
                    add(
                        mean,
                        estimator.ofSampledPair(
                            first.mask(),
                            losses[first.index()],
                            second.mask(),
                            losses[second.index()]),
                        first.probability() * second.probability())));
    assertClose(mean, preconditionedGradient(losses, s, alpha));
  }

  @Property(tries = 60)
  void ofAnchoredMask_everyMask_averagesToThePreconditionedGradientWhateverTheAnchor(
      @ForAll @LongRange(min = 0, max = 100_000) long seed,
      @ForAll @DoubleRange(min = -5, max = 5) double anchorLoss) {
    double[] losses = randomLosses(seed);
    double[] s = randomProbabilities(seed);
    PolicyGradient.Estimators estimator = new PolicyGradient(SPACE).at(s);
    double[] mean = new double[SPACE.units()];
    Enumeration.of(
        SPACE,
        s,
        drawn ->
            add(
                mean,
                estimator.ofAnchoredMask(anchorLoss, drawn.mask(), losses[drawn.index()]),
                drawn.probability()));
    assertClose(mean, preconditionedGradient(losses, s, 0.5));
  }

  @Test
  void variance_probabilityNearZeroOrOne_boundedForHalfAndUnboundedForZero() {
    double[] losses = randomLosses(7);
    double largestForHalf = 0;
    List<Double> forZero = new ArrayList<>();
    for (double edge : new double[] {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
      for (double s : new double[] {edge, 1 - edge}) {
        double[] probabilities = {s, 0.4, 0.5, 0.6, 0.3};
        largestForHalf = Math.max(largestForHalf, varianceOfFirst(losses, probabilities, 0.5));
        if (s == edge) {
          forZero.add(varianceOfFirst(losses, probabilities, 0));
        }
      }
    }
    double spread = spread(losses);
    // E[z^2] = 1 for alpha = 1/2, so that 1/4 (dL)^2 E[(z1 - z2)^2] is at most half the squared
    // spread of the losses.
    assertThat(largestForHalf).isLessThanOrEqualTo(0.5 * spread * spread);
    assertThat(forZero).isSorted();
    for (int i = 1; i < forZero.size(); i++) {
      assertThat(forZero.get(i) / forZero.get(i - 1))
          .as("each tenth of s multiplies the variance")
          .isGreaterThan(5);
    }
  }

  @Test
  void score_probabilityExactlyZeroOrOne_isZero() {
    double[] s = {0, 1, 0.5, 0, 1};
    double[] score =
        new PolicyGradient(SPACE)
            .at(s)
            .score(SPACE.mask(new boolean[] {false, true, true, false, true}));
    assertThat(score).containsExactly(0, 0, 1, 0, 0);
  }

  @Test
  void score_blocksOfChannels_oneValueABlock() {
    StructureSpace blocks = new StructureSpace(new int[] {5}, 2);
    double[] s = {0.5, 0.5, 0.5};
    assertThat(
            new PolicyGradient(blocks).at(s).score(blocks.mask(new boolean[] {true, false, true})))
        .containsExactly(1, -1, 1);
  }

  private static double varianceOfFirst(double[] losses, double[] s, double alpha) {
    PolicyGradient.Estimators estimator = new PolicyGradient(SPACE, alpha).at(s);
    double[] moments = new double[2];
    Enumeration.of(
        SPACE,
        s,
        first ->
            Enumeration.of(
                SPACE,
                s,
                second -> {
                  double value =
                      estimator
                          .ofSampledPair(
                              first.mask(),
                              losses[first.index()],
                              second.mask(),
                              losses[second.index()])[0];
                  double probability = first.probability() * second.probability();
                  moments[0] += probability * value;
                  moments[1] += probability * value * value;
                }));
    return moments[1] - moments[0] * moments[0];
  }

  /** (s (1 - s))^alpha dE[L]/ds, the derivative taken from the definition of the expectation. */
  private static double[] preconditionedGradient(double[] losses, double[] s, double alpha) {
    double[] gradient = new double[s.length];
    for (int unit = 0; unit < s.length; unit++) {
      double[] with = s.clone();
      double[] without = s.clone();
      with[unit] = 1;
      without[unit] = 0;
      double derivative = expectedLoss(losses, with) - expectedLoss(losses, without);
      gradient[unit] = Math.pow(s[unit] * (1 - s[unit]), alpha) * derivative;
    }
    return gradient;
  }

  private static double expectedLoss(double[] losses, double[] s) {
    double[] sum = new double[1];
    Enumeration.of(SPACE, s, outcome -> sum[0] += outcome.probability() * losses[outcome.index()]);
    return sum[0];
  }

  private static double[] randomLosses(long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT, 1);
    double[] losses = new double[1 << SPACE.units()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = 3 * random.nextDouble();
    }
    return losses;
  }

  private static double[] randomProbabilities(long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT, 2);
    double[] s = new double[SPACE.units()];
    for (int i = 0; i < s.length; i++) {
      s[i] = 0.02 + 0.96 * random.nextDouble();
    }
    return s;
  }

  private static double spread(double[] losses) {
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (double loss : losses) {
      low = Math.min(low, loss);
      high = Math.max(high, loss);
    }
    return high - low;
  }

  private static void add(double[] sum, double[] values, double weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * values[i];
    }
  }

  private static void assertClose(double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("unit %d", i).isCloseTo(expected[i], within(1e-9));
    }
  }
}
