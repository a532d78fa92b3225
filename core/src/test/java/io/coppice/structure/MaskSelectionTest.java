package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MaskSelectionTest {

  private static final int GROUPS = 5;
  private static final StructureSpace SPACE = new StructureSpace(new int[] {8, 8, 4}, 1);
  private static final CostModel CHANNELS =
      new CostModel(
          List.of(
              new Term(1, 0, CostModel.NONE),
              new Term(1, 1, CostModel.NONE),
              new Term(1, 2, CostModel.NONE)));
  private static final MaskSelection SELECTION = new MaskSelection(SPACE, CHANNELS);

  @Test
  void mostProbable_equalCosts_hasNoMoreProbableRivalWithinTheBudget() {
    StructureSpace small = new StructureSpace(new int[] {3, 3}, 1);
    CostModel cost =
        new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));
    double[] s = {0.9, 0.6, 0.2, 0.7, 0.55, 0.8};
    Mask anchor = new MaskSelection(small, cost).mostProbable(s, 3);
    double[] best = {0, 0};
    Enumeration.of(
        small,
        s,
        outcome -> {
          if (outcome.mask().activeCount() <= 3) {
            best[0] = Math.max(best[0], outcome.probability());
          }
          if (outcome.mask().equals(anchor)) {
            best[1] = outcome.probability();
          }
        });
    assertThat(best[1]).isPositive().isEqualTo(best[0]);
  }

  @Test
  void mostProbable_equalProbabilities_givesEveryGroupTheSameShare() {
    double[] s = new double[SPACE.units()];
    Arrays.fill(s, 0.5);
    Mask mask = SELECTION.mostProbable(s, 10);
    assertThat(mask.activeCount(0)).isEqualTo(4);
    assertThat(mask.activeCount(1)).isEqualTo(4);
    assertThat(mask.activeCount(2)).isEqualTo(2);
  }

  @Test
  void mostProbable_probabilityZero_isNeverKept() {
    double[] s = new double[SPACE.units()];
    s[5] = 0.1;
    assertThat(SELECTION.mostProbable(s, 20).activeChannels(0)).containsExactly(5);
  }

  @Test
  void mostProbable_budgetZero_isEmpty() {
    double[] s = new double[SPACE.units()];
    Arrays.fill(s, 0.5);
    assertThat(SELECTION.mostProbable(s, 0).activeCount()).isZero();
  }

  @Test
  void uniform_budget_isTheLargestEqualShareWithin() {
    Mask mask = SELECTION.uniform(10);
    assertThat(mask).hasToString("4/8 4/8 2/4");
    assertThat(SELECTION.uniform(20)).isEqualTo(Mask.full(SPACE.groupChannels()));
    assertThat(SELECTION.uniform(0).activeCount()).isZero();
  }

  @Test
  void everySelection_groupsThatLast_keepTheirFirstBlockAndCountIt() {
    StructureSpace space =
        new StructureSpace(SPACE.groupChannels(), 1, new boolean[] {false, true, true});
    MaskSelection selection = new MaskSelection(space, CHANNELS);
    double[] none = new double[space.units()];
    assertThat(selection.mostProbable(none, 10)).hasToString("0/8 1/8 1/4");
    double[] equal = new double[space.units()];
    Arrays.fill(equal, 0.5);
    assertThat(selection.mostProbable(equal, 10)).hasToString("4/8 4/8 2/4");
    assertThat(selection.uniform(10)).hasToString("4/8 4/8 2/4");
    assertThat(selection.random(7, CounterRandom.of(3, Purpose.FIXED_MASK)).activeCount())
        .isEqualTo(7);
  }

  @Test
  void uniform_blocksThatAllRoundTogether_fillsWhatTheyWouldLeave() {
    StructureSpace blocks = new StructureSpace(new int[] {16, 16, 16, 16}, 8);
    CostModel cost =
        new CostModel(
            List.of(new Term(1, 0, 1), new Term(1, 1, 2), new Term(1, 2, 3), new Term(1, 3, 3)));
    MaskSelection selection = new MaskSelection(blocks, cost);
    assertThat(selection.uniformRounded(600)).hasToString("8/16 8/16 8/16 8/16");
    assertThat(selection.uniform(600)).hasToString("16/16 16/16 8/16 8/16");
  }

  @Property(tries = 300)
  void uniform_anyStructure_fillsTheLimitAndLagsByLessThanAUnit(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    RandomCost random = new RandomCost(seed);
    StructureSpace space = random.space();
    CostModel cost = random.cost();
    double limit = random.limit(share);
    Mask mask = new MaskSelection(space, cost).uniform(limit);
    assertFilled(space, cost, limit, mask);
    double equal = equalShare(space, cost, limit);
    for (int unit = 0; unit < space.units(); unit++) {
      if (!space.isActive(mask, unit)) {
        int behind = space.group(unit);
        double allowed = equal * mask.channels(behind);
        assertThat((double) mask.activeCount(behind) + space.granularity())
            .isGreaterThan(allowed - 1e-9);
        for (int ahead = 0; ahead < space.groups(); ahead++) {
          assertNotAheadInstead(space, cost, limit, mask, equal, ahead, unit);
        }
      }
    }
  }

  /** What a group has beyond the equal share is nothing that a unit of a lesser one could have. */
  private static void assertNotAheadInstead(
      StructureSpace space,
      CostModel cost,
      double limit,
      Mask mask,
      double equal,
      int ahead,
      int unit) {
    double[] counts = counts(mask);
    double before = counts[ahead] - lastUnit(space, mask, ahead);
    int behind = space.group(unit);
    double shareBefore = before / mask.channels(ahead);
    if (shareBefore > equal && shareBefore > counts[behind] / mask.channels(behind)) {
      counts[ahead] = before;
      counts[behind] += space.size(unit);
      assertThat(cost.cost(counts)).isGreaterThan(limit);
    }
  }

  private static double equalShare(StructureSpace space, CostModel cost, double limit) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 50; i++) {
      double share = 0.5 * (low + high);
      double[] counts =
          Arrays.stream(space.groupChannels()).mapToDouble(channels -> share * channels).toArray();
      if (cost.cost(counts) <= limit) {
        low = share;
      } else {
        high = share;
      }
    }
    return low;
  }

  @Property(tries = 200)
  void random_anyStructure_fillsTheLimit(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    RandomCost random = new RandomCost(seed);
    double limit = random.limit(share);
    Mask mask =
        new MaskSelection(random.space(), random.cost())
            .random(limit, CounterRandom.of(seed, Purpose.FIXED_MASK));
    assertFilled(random.space(), random.cost(), limit, mask);
  }

  @Property(tries = 200)
  void mostProbable_anyProbabilities_leavesOutNoPossibleUnitThatFits(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    RandomCost random = new RandomCost(seed);
    double limit = random.limit(share);
    CounterRandom draws = CounterRandom.of(seed, Purpose.STRUCTURE_MASK);
    double[] s = new double[random.space().units()];
    Arrays.setAll(s, unit -> 0.01 + 0.99 * draws.nextDouble());
    Mask mask = new MaskSelection(random.space(), random.cost()).mostProbable(s, limit);
    assertFilled(random.space(), random.cost(), limit, mask);
  }

  private static void assertFilled(StructureSpace space, CostModel cost, double limit, Mask mask) {
    assertThat(cost.cost(mask)).isLessThanOrEqualTo(limit);
    for (int unit = 0; unit < space.units(); unit++) {
      if (!space.isActive(mask, unit)) {
        double[] more = counts(mask);
        more[space.group(unit)] += space.size(unit);
        assertThat(cost.cost(more)).isGreaterThan(limit);
      }
    }
  }

  private static double[] counts(Mask mask) {
    return IntStream.range(0, mask.groups()).mapToDouble(mask::activeCount).toArray();
  }

  /** Channels of a group's last active unit; 0 if it has none. */
  private static int lastUnit(StructureSpace space, Mask mask, int group) {
    int size = 0;
    for (int unit = 0; unit < space.units(); unit++) {
      if (space.group(unit) == group && space.isActive(mask, unit)) {
        size = space.size(unit);
      }
    }
    return size;
  }

  /** Groups of some sizes in units of some size, and a cost with every kind of term. */
  private record RandomCost(StructureSpace space, CostModel cost) {
    RandomCost(long seed) {
      this(space(seed), cost(seed));
    }

    private static StructureSpace space(long seed) {
      CounterRandom random = CounterRandom.of(seed, Purpose.FIXED_MASK, 1);
      int[] channels = new int[GROUPS];
      Arrays.setAll(channels, group -> 1 + random.nextInt(24));
      return new StructureSpace(channels, 1 + random.nextInt(8));
    }

    private static CostModel cost(long seed) {
      CounterRandom random = CounterRandom.of(seed, Purpose.FIXED_MASK, 2);
      List<Term> terms = new ArrayList<>();
      for (int group = 0; group < GROUPS; group++) {
        terms.add(new Term(0.1 + random.nextInt(50), group, CostModel.NONE));
        terms.add(new Term(random.nextInt(10), group, random.nextInt(GROUPS)));
      }
      terms.add(new Term(random.nextInt(20), CostModel.NONE, CostModel.NONE));
      return new CostModel(terms);
    }

    double limit(double share) {
      double fixed = cost.cost(new double[GROUPS]);
      return fixed + share * (cost.cost(Mask.full(space.groupChannels())) - fixed);
    }
  }

  @Test
  void random_budget_isFilledAndReproducible() {
    Mask mask = SELECTION.random(7, CounterRandom.of(3, Purpose.FIXED_MASK));
    assertThat(mask.activeCount()).isEqualTo(7);
    assertThat(SELECTION.random(7, CounterRandom.of(3, Purpose.FIXED_MASK))).isEqualTo(mask);
    assertThat(SELECTION.random(7, CounterRandom.of(4, Purpose.FIXED_MASK))).isNotEqualTo(mask);
  }
}
