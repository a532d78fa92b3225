package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

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

class GroupSharesTest {

  private static final StructureSpace SPACE =
      new StructureSpace(new int[] {16, 33, 64, 24}, 4, new boolean[] {true, false, true, false});
  private static final CostModel COST =
      new CostModel(
          List.of(
              new Term(9, 0, CostModel.NONE),
              new Term(3, 0, 1),
              new Term(2, 1, 2),
              new Term(1, 2, 3),
              new Term(5, 3, CostModel.NONE)));
  private static final double DENSE = COST.cost(Mask.full(SPACE.groupChannels()));
  private static final double FLOOR = COST.cost(SPACE.lastingMask());
  private static final double[] EQUAL = {1, 1, 1, 1};
  private static final double[] INDIFFERENT = new double[SPACE.units()];

  private static final GroupShares SHARES = new GroupShares(SPACE, COST);

  private static double[] random(long seed, int values, double low, double high) {
    CounterRandom random = CounterRandom.of(seed, Purpose.FIXED_MASK);
    double[] all = new double[values];
    Arrays.setAll(all, i -> low + (high - low) * random.nextDouble());
    return all;
  }

  @Property(tries = 200)
  void fitted_anything_isWithinTheLimitAndNothingMoreFits(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
    double limit = Math.max(FLOOR, share * DENSE);
    double[] importance = random(seed, SPACE.units(), 0, 1);
    Mask present =
        new MaskSelection(SPACE, COST)
            .random(
                Math.max(FLOOR, random(seed + 1, 1, 0.02, 1)[0] * DENSE),
                CounterRandom.of(seed, Purpose.FIXED_MASK, 7));
    double[] proportions = random(seed + 2, 4, 0.3, 3);
    Mask mask = SHARES.fitted(present, proportions, importance, limit);
    assertThat(COST.cost(mask)).isLessThanOrEqualTo(limit);
    for (int unit = 0; unit < SPACE.units(); unit++) {
      if (!SPACE.isActive(mask, unit)) {
        assertThat(COST.cost(with(mask, unit))).isGreaterThan(limit);
      }
    }
    assertThat(SHARES.fitted(mask, proportions, importance, limit)).isEqualTo(mask);
  }

  @Property(tries = 200)
  void filled_anyLimit_noGroupIsMoreThanAUnitBehindAnotherUnlessItsNextUnitDoesNotFit(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
    double limit = Math.max(FLOOR, share * DENSE);
    double[] proportions = seed % 2 == 0 ? EQUAL : random(seed, 4, 0.4, 2.5);
    Mask mask = SHARES.filled(proportions, INDIFFERENT, limit);
    assertThat(COST.cost(mask)).isLessThanOrEqualTo(limit);
    double[] parts = new double[SPACE.groups()];
    double[] unit = new double[SPACE.groups()];
    for (int group = 0; group < parts.length; group++) {
      unit[group] = 4 / (mask.channels(group) * proportions[group]);
      parts[group] = mask.activeCount(group) / (mask.channels(group) * proportions[group]);
    }
    for (int ahead = 0; ahead < parts.length; ahead++) {
      for (int behind = 0; behind < parts.length; behind++) {
        if (mask.activeCount(ahead) > SPACE.lastingChannels(ahead)
            && mask.activeCount(behind) + 4 <= mask.channels(behind)
            && parts[behind] + unit[behind] <= parts[ahead] - unit[ahead]) {
          double[] counts = new double[SPACE.groups()];
          Arrays.setAll(counts, mask::activeCount);
          counts[ahead] -= 4;
          counts[behind] += 4;
          assertThat(COST.cost(counts)).isGreaterThan(limit);
        }
      }
    }
  }

  private static Mask with(Mask mask, int more) {
    boolean[] active = new boolean[SPACE.units()];
    for (int unit = 0; unit < active.length; unit++) {
      active[unit] = unit == more || SPACE.isActive(mask, unit);
    }
    return SPACE.mask(active);
  }

  @Test
  void equal_noImportance_givesEveryGroupTheSameShareAndItsFirstUnits() {
    Mask mask = SHARES.equal(INDIFFERENT, COST.cost(new double[] {8, 16, 32, 12}));
    assertThat(mask).hasToString("8/16 16/33 32/64 12/24");
    assertThat(mask.activeChannels(3)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void fitted_proportions_areThoseOfTheShares() {
    double limit = COST.cost(new double[] {16, 8, 32, 12});
    double[] proportions = {2, 0.5, 1, 1};
    assertThat(SHARES.fitted(SPACE.lastingMask(), proportions, INDIFFERENT, limit))
        .hasToString("16/16 8/33 32/64 12/24");
  }

  @Test
  void equal_importance_decidesWithinGroupsAlone() {
    double[] importance = new double[SPACE.units()];
    importance[SPACE.units() - 1] = 1;
    Mask mask = SHARES.equal(importance, COST.cost(new double[] {8, 16, 32, 12}));
    assertThat(mask).hasToString("8/16 16/33 32/64 12/24");
    assertThat(mask.activeChannels(3)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23);
  }

  @Test
  void fitted_lowerLimit_takesTheLeastImportantUnitsInProportion() {
    StructureSpace even = new StructureSpace(new int[] {16, 32, 64, 24}, 4);
    double[] importance = random(5, even.units(), 0, 1);
    Mask before = Mask.full(even.groupChannels());
    Mask after =
        new GroupShares(even, COST)
            .fitted(before, EQUAL, importance, COST.cost(new double[] {8, 16, 32, 12}));
    assertThat(after).hasToString("8/16 16/32 32/64 12/24");
    for (int group = 0; group < even.groups(); group++) {
      double leastKept = Double.POSITIVE_INFINITY;
      double mostLost = Double.NEGATIVE_INFINITY;
      for (int unit = 0; unit < even.units(); unit++) {
        if (even.group(unit) == group && even.isActive(after, unit)) {
          leastKept = Math.min(leastKept, importance[unit]);
        } else if (even.group(unit) == group) {
          mostLost = Math.max(mostLost, importance[unit]);
        }
      }
      assertThat(leastKept).isGreaterThan(mostLost);
    }
  }
}
