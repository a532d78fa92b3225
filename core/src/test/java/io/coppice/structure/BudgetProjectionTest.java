package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.CostModel.Term;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BudgetProjectionTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {6, 9, 4}, 2);
  private static final CostModel FLOPS =
      new CostModel(
          List.of(
              new Term(3, 0, CostModel.NONE),
              new Term(5, 0, 1),
              new Term(2, 1, 2),
              new Term(1, 2, 2),
              new Term(10, 2, CostModel.NONE)));
  private static final CostModel CHANNELS =
      new CostModel(
          List.of(
              new Term(1, 0, CostModel.NONE),
              new Term(2, 1, CostModel.NONE),
              new Term(1, 2, CostModel.NONE)));

  @Property(tries = 200)
  void project_costOfPairs_meetsTheLimitAndAddsNoMass(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    assertMeets(FLOPS, seed, share);
  }

  @Property(tries = 200)
  void project_linearCost_meetsTheLimitAndAddsNoMass(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    assertMeets(CHANNELS, seed, share);
  }

  private static void assertMeets(CostModel cost, long seed, double share) {
    double[] z = randomPoint(seed);
    double dense = cost.cost(Mask.full(SPACE.groupChannels()));
    double limit = share * dense;
    double[] s = new BudgetProjection(SPACE, cost).project(z, limit);
    double expected = cost.expected(SPACE, s);
    assertThat(expected).isLessThanOrEqualTo(limit + 1e-6);
    double[] clipped = Arrays.stream(z).map(CappedSimplex::clip).toArray();
    for (int i = 0; i < s.length; i++) {
      assertThat(s[i]).isBetween(0.0, 1.0).isLessThanOrEqualTo(clipped[i] + 1e-12);
    }
    if (cost.expected(SPACE, clipped) > limit) {
      assertThat(expected)
          .as("no more is removed than needed")
          .isCloseTo(limit, within(1e-6 * dense));
    } else {
      assertThat(s).containsExactly(clipped);
    }
  }

  @Test
  void uniform_linearCost_isTheShareItself() {
    double dense = CHANNELS.cost(Mask.full(SPACE.groupChannels()));
    double[] s = new BudgetProjection(SPACE, CHANNELS).uniform(0.3 * dense);
    assertThat(s).usingComparatorWithPrecision(1e-9).containsOnly(0.3);
  }

  @Test
  void uniform_everythingAllowed_isOne() {
    double dense = FLOPS.cost(Mask.full(SPACE.groupChannels()));
    assertThat(new BudgetProjection(SPACE, FLOPS).uniform(dense)).containsOnly(1.0);
  }

  @Test
  void project_notANumber_refused() {
    double[] z = new double[SPACE.units()];
    z[3] = Double.NaN;
    assertThatThrownBy(() -> new BudgetProjection(SPACE, FLOPS).project(z, 1))
        .hasMessageContaining("unit 3");
  }

  @Test
  void project_limitBelowTheFixedCost_refused() {
    CostModel withFixedPart = new CostModel(List.of(new Term(7, CostModel.NONE, CostModel.NONE)));
    assertThatThrownBy(
            () -> new BudgetProjection(SPACE, withFixedPart).project(new double[SPACE.units()], 5))
        .hasMessageContaining("5.0")
        .hasMessageContaining("7.0");
  }

  private static double[] randomPoint(long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    double[] z = new double[SPACE.units()];
    for (int i = 0; i < z.length; i++) {
      z[i] = -0.5 + 2 * random.nextDouble();
    }
    return z;
  }
}
