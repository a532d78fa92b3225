package io.coppice.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.Test;

class NonInferiorityTest {

  /**
   * All outcomes of 40 images under the null hypothesis, at its border and inside, for any number
   * of images that tell the models apart: those that reject it are never more probable than they
   * may be.
   */
  @Test
  void pValue_everyOutcomeOfAWorseCandidate_rejectsNoMoreOftenThanTheSignificance() {
    int images = 40;
    for (double margin : new double[] {0, 0.02, 0.05, 0.1}) {
      for (double significance : new double[] {0.01, 0.05, 0.2}) {
        boolean[][] rejects = new boolean[images + 1][images + 1];
        for (int current = 0; current <= images; current++) {
          for (int candidate = 0; current + candidate <= images; candidate++) {
            rejects[current][candidate] =
                NonInferiority.pValue(images, current, candidate, margin, significance)
                    <= significance;
          }
        }
        for (double worseBy : new double[] {margin, margin + 0.03}) {
          for (double apart = worseBy; apart <= 1; apart += 0.04) {
            double error =
                probability(rejects, images, (apart + worseBy) / 2, (apart - worseBy) / 2);
            assertThat(error)
                .as("margin %s, significance %s, apart %s", margin, significance, apart)
                .isLessThanOrEqualTo(significance + 1e-9);
          }
        }
      }
    }
  }

  private static double probability(
      boolean[][] outcomes, int images, double onlyCurrent, double onlyCandidate) {
    double sum = 0;
    for (int current = 0; current <= images; current++) {
      for (int candidate = 0; current + candidate <= images; candidate++) {
        if (outcomes[current][candidate]) {
          int same = images - current - candidate;
          sum +=
              CombinatoricsUtils.binomialCoefficientDouble(images, current)
                  * CombinatoricsUtils.binomialCoefficientDouble(images - current, candidate)
                  * Math.pow(onlyCurrent, current)
                  * Math.pow(onlyCandidate, candidate)
                  * Math.pow(1 - onlyCurrent - onlyCandidate, same);
        }
      }
    }
    return sum;
  }

  @Test
  void pValue_noMargin_isMcNemarsExactTest() {
    // P(Binomial(10, 1/2) >= 8) = (45 + 10 + 1) / 1024.
    assertThat(NonInferiority.pValue(1000, 2, 8, 0, 0.05)).isCloseTo(56 / 1024.0, within(1e-12));
    assertThat(NonInferiority.pValue(1000, 0, 0, 0, 0.05)).isEqualTo(1);
  }

  @Test
  void pValue_sameModelTwice_isRuledOutToBeWorseOnceThereAreEnoughImages() {
    assertThat(NonInferiority.pValue(60, 0, 0, 0.02, 0.05)).isGreaterThan(0.05);
    assertThat(NonInferiority.pValue(400, 0, 0, 0.02, 0.05)).isLessThan(0.05);
  }

  @Test
  void pValue_moreImagesInTheCandidatesFavour_falls() {
    double last = 1;
    for (int candidate = 0; candidate <= 60; candidate += 5) {
      double p = NonInferiority.pValue(1000, 60 - candidate, candidate, 0.02, 0.05);
      assertThat(p).isLessThanOrEqualTo(last);
      last = p;
    }
    assertThat(last).isLessThan(0.01);
  }

  @Test
  void pValue_asGoodOnTenThousandImages_isFarBelowTheSignificance() {
    assertThat(NonInferiority.pValue(10_000, 300, 300, 0.02, 0.05)).isLessThan(0.01);
    assertThat(NonInferiority.pValue(10_000, 500, 300, 0.02, 0.05)).isGreaterThan(0.05);
  }
}
