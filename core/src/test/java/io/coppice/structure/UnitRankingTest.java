package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.structure.CostModel.Term;
import io.coppice.structure.UnitRanking.Across;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitRankingTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {8, 16, 4}, 1);
  private static final Mask FULL = Mask.full(SPACE.groupChannels());

  /** As a network's: each group is read by the next one. */
  private static final CostModel PRODUCTS =
      new CostModel(
          List.of(
              new Term(9, 0, CostModel.NONE),
              new Term(3, 0, 1),
              new Term(1, 1, 2),
              new Term(2, 2, CostModel.NONE)));

  private static final double DENSE = PRODUCTS.cost(FULL);

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.1, 0.36, 0.8, 1})
  void strongest_acrossTheGroup_equallyImportant_isUniform(double share) {
    double[] equal = new double[SPACE.units()];
    Arrays.fill(equal, 7);
    assertThat(new UnitRanking(SPACE, PRODUCTS, Across.GROUP).strongest(equal, share * DENSE, FULL))
        .isEqualTo(new MaskSelection(SPACE, PRODUCTS).uniform(share * DENSE));
  }

  @Property(tries = 200)
  void strongest_acrossTheGroup_keepsAsManyAsUniformOfThoseThatArePresent(
      @ForAll Random random, @ForAll @DoubleRange(min = 0, max = 1) double share) {
    double[] importance = randomImportance(random);
    Mask uniform = new MaskSelection(SPACE, PRODUCTS).uniform(share * DENSE);
    Mask present = randomMask(random);
    Mask kept =
        new UnitRanking(SPACE, PRODUCTS, Across.GROUP)
            .strongest(importance, share * DENSE, present);
    for (int group = 0; group < SPACE.groups(); group++) {
      assertThat(kept.activeCount(group))
          .isEqualTo(Math.min(uniform.activeCount(group), present.activeCount(group)));
    }
    assertStrongestOfPresent(kept, importance, present);
  }

  @Property(tries = 200)
  void strongest_acrossTheNetwork_fillsTheBudgetWithTheStrongestOfEachGroup(
      @ForAll Random random, @ForAll @DoubleRange(min = 0, max = 1) double share) {
    double[] importance = randomImportance(random);
    Mask present = randomMask(random);
    double limit = share * DENSE;
    Mask kept =
        new UnitRanking(SPACE, PRODUCTS, Across.NETWORK).strongest(importance, limit, present);
    assertThat(PRODUCTS.cost(kept)).isLessThanOrEqualTo(limit);
    assertStrongestOfPresent(kept, importance, present);
    boolean affordable = PRODUCTS.cost(new double[] {1, 1, 1}) <= limit;
    for (int group = 0; group < SPACE.groups(); group++) {
      if (affordable && present.activeCount(group) > 0) {
        assertThat(kept.activeCount(group)).isPositive();
      }
      if (kept.activeCount(group) < present.activeCount(group)) {
        double[] more = new double[SPACE.groups()];
        Arrays.setAll(more, kept::activeCount);
        more[group]++;
        assertThat(PRODUCTS.cost(more)).as("one more would fit").isGreaterThan(limit);
      }
    }
  }

  private static void assertStrongestOfPresent(Mask kept, double[] importance, Mask present) {
    assertThat(present.union(kept)).isEqualTo(present);
    for (int gone = 0; gone < SPACE.units(); gone++) {
      for (int unit = 0; unit < SPACE.units(); unit++) {
        if (SPACE.group(unit) == SPACE.group(gone)
            && SPACE.isActive(kept, unit)
            && SPACE.isActive(present, gone)
            && !SPACE.isActive(kept, gone)) {
          assertThat(importance[unit]).isGreaterThanOrEqualTo(importance[gone]);
        }
      }
    }
  }

  @Test
  void strongest_acrossTheNetworkEqualCosts_areTheMostImportantMeasuredByTheirGroups() {
    StructureSpace space = new StructureSpace(new int[] {4, 4}, 1);
    CostModel channels =
        new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));
    // The second group's are all larger; by the mean of its group only one stands out.
    double[] importance = {4, 3, 2, 1, 130, 90, 90, 90};
    Mask kept =
        new UnitRanking(space, channels, Across.NETWORK)
            .strongest(importance, 3, Mask.full(space.groupChannels()));
    assertThat(kept.activeChannels(0)).containsExactly(0, 1);
    assertThat(kept.activeChannels(1)).containsExactly(0);
  }

  @Test
  void strongest_acrossTheNetworkEquallyImportant_takesWhatCostsMost() {
    StructureSpace space = new StructureSpace(new int[] {4, 4}, 2);
    CostModel costs =
        new CostModel(List.of(new Term(10, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));
    Mask kept =
        new UnitRanking(space, costs, Across.NETWORK)
            .strongest(new double[] {1, 1, 1, 1}, 30, Mask.full(space.groupChannels()));
    assertThat(kept.activeChannels(0)).containsExactly(0, 1);
    assertThat(kept.activeChannels(1)).containsExactly(0, 1, 2, 3);
  }

  private static double[] randomImportance(Random random) {
    return random.doubles(SPACE.units(), 0, 3).map(Math::floor).toArray();
  }

  private static Mask randomMask(Random random) {
    boolean[] active = new boolean[SPACE.units()];
    for (int unit = 0; unit < active.length; unit++) {
      active[unit] = random.nextInt(4) > 0;
    }
    return SPACE.mask(active);
  }
}
