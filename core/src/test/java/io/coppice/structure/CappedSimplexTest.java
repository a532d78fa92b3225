package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CappedSimplexTest {

  private static final double TOLERANCE = 1e-9;

  @Property(tries = 500)
  void project_anyPoint_satisfiesTheOptimalityConditions(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    int n = 1 + random.nextInt(40);
    double[] z = new double[n];
    double[] a = new double[n];
    for (int i = 0; i < n; i++) {
      z[i] = -1 + 3 * random.nextDouble();
      a[i] = random.nextInt(3) == 0 ? 1 : 0.1 + 5 * random.nextDouble();
    }
    double bound = random.nextDouble() * Arrays.stream(a).sum();
    CappedSimplex simplex = new CappedSimplex(a, bound);
    double v = simplex.multiplier(z);
    double[] s = simplex.project(z);
    double load = 0;
    for (int i = 0; i < n; i++) {
      load += a[i] * s[i];
      assertThat(s[i]).isBetween(0.0, 1.0);
      // Stationarity with multipliers of the bounds: s is the clipped z - v a.
      assertThat(s[i]).isCloseTo(Math.min(1, Math.max(0, z[i] - v * a[i])), within(TOLERANCE));
      assertThat(s[i])
          .as("no mass is added")
          .isLessThanOrEqualTo(Math.min(1, Math.max(0, z[i])) + TOLERANCE);
    }
    assertThat(v).isNotNegative();
    assertThat(load).as("the budget is met").isLessThanOrEqualTo(bound + 1e-6);
    // Complementary slackness: a positive multiplier only where the budget binds.
    assertThat(v * (bound - load)).isCloseTo(0, within(1e-6));
  }

  @Property(tries = 200)
  void project_anyPoint_isNearerThanOtherFeasiblePoints(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    double[] z = new double[6];
    double[] a = new double[6];
    for (int i = 0; i < z.length; i++) {
      z[i] = -1 + 3 * random.nextDouble();
      a[i] = 0.2 + random.nextDouble();
    }
    CappedSimplex simplex = new CappedSimplex(a, 1.5);
    double best = squaredDistance(z, simplex.project(z));
    for (int attempt = 0; attempt < 200; attempt++) {
      double[] other = new double[z.length];
      double load = 0;
      for (int i = 0; i < other.length; i++) {
        other[i] = random.nextDouble();
        load += a[i] * other[i];
      }
      double shrink = Math.min(1, 1.5 / load);
      for (int i = 0; i < other.length; i++) {
        other[i] *= shrink;
      }
      assertThat(squaredDistance(z, other)).isGreaterThanOrEqualTo(best - TOLERANCE);
    }
  }

  @Test
  void project_budgetMetAlready_onlyClips() {
    assertThat(new CappedSimplex(new double[] {1, 1, 1}, 3).project(new double[] {-1, 0.3, 2}))
        .containsExactly(0, 0.3, 1);
  }

  @Test
  void project_budgetZero_removesEverything() {
    assertThat(new CappedSimplex(new double[] {1, 2}, 0).project(new double[] {5, 0.1}))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0, 0);
  }

  @Test
  void project_budgetN_keepsEverything() {
    assertThat(new CappedSimplex(new double[] {1, 1}, 2).project(new double[] {7, 1}))
        .containsExactly(1, 1);
  }

  @Test
  void new_weightNotPositive_refused() {
    assertThatThrownBy(() -> new CappedSimplex(new double[] {1, 0}, 1))
        .hasMessageContaining("positive")
        .hasMessageContaining("0.0");
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
