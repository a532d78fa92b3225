package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.CostModel.Term;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskSelectionTest {

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
  void random_budget_isFilledAndReproducible() {
    Mask mask = SELECTION.random(7, CounterRandom.of(3, Purpose.FIXED_MASK));
    assertThat(mask.activeCount()).isEqualTo(7);
    assertThat(SELECTION.random(7, CounterRandom.of(3, Purpose.FIXED_MASK))).isEqualTo(mask);
    assertThat(SELECTION.random(7, CounterRandom.of(4, Purpose.FIXED_MASK))).isNotEqualTo(mask);
  }
}
