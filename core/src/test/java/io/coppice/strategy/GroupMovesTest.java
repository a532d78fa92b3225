package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.GroupShares;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupMovesTest {

  private static final double LIMIT = 60;
  private static final double NONE = Double.POSITIVE_INFINITY;

  /** Three groups; a channel of the last one costs three times as much as others. */
  private static final Budget BUDGET =
      new Budget(
          new StructureSpace(new int[] {24, 24, 24}, 1),
          new CostModel(
              List.of(
                  new Term(1, 0, CostModel.NONE),
                  new Term(1, 1, CostModel.NONE),
                  new Term(3, 2, CostModel.NONE))),
          new CubicRamp(120, LIMIT, 0));

  private static final double[] INDIFFERENT = new double[72];
  private static final Mask EQUAL =
      new GroupShares(BUDGET.space(), BUDGET.cost()).equal(INDIFFERENT, LIMIT);

  private static Mask moved(Mask mask, double[] worth, double... error) {
    return new GroupMoves(
            BUDGET, EQUAL, new SharesStrategy.Options(1, 0.1, 1, 0.25, 2, 1.5, 2), worth, error)
        .apply(mask, INDIFFERENT, LIMIT);
  }

  @Test
  void apply_differencesWithinTheirErrors_movesNothing() {
    assertThat(EQUAL).hasToString("12/24 12/24 12/24");
    assertThat(moved(EQUAL, new double[] {3, 1, 1}, 0.5, 0.5, 0.5)).isEqualTo(EQUAL);
    assertThat(moved(EQUAL, new double[] {3, 0, 0}, 2, 2, 2)).isEqualTo(EQUAL);
  }

  @Test
  void apply_differenceTooSmallToMatter_movesNothing() {
    assertThat(moved(EQUAL, new double[] {1.4, 1, 1}, 0, 0, 0)).isEqualTo(EQUAL);
  }

  @Test
  void apply_clearDifference_movesAsMuchAsOneLookMay() {
    assertThat(moved(EQUAL, new double[] {4, 1, 2}, 0.1, 0.1, 0.1))
        .as("a quarter of a group at a time, from the one that is worth least")
        .hasToString("15/24 9/24 12/24");
  }

  @Test
  void apply_expensiveUnit_takesAsManyOthersOutAsItNeeds() {
    assertThat(moved(EQUAL, new double[] {0.5, 1, 4}, 0.1, 0.1, 0.1))
        .hasToString("9/24 9/24 14/24");
  }

  @Test
  void apply_nothingKnownOfAGroup_leavesItAlone() {
    assertThat(moved(EQUAL, new double[] {4, 1, 0}, 0.1, 0.1, NONE))
        .hasToString("15/24 9/24 12/24");
    assertThat(moved(EQUAL, new double[] {4, 0, 3}, 0.1, NONE, 0.1)).isEqualTo(EQUAL);
  }

  @Test
  void apply_again_neverLeavesTheBoundsNorTheBudget() {
    Mask mask = EQUAL;
    for (int look = 0; look < 10; look++) {
      mask = moved(mask, new double[] {4, -1, 0.1}, 0.01, 0.01, 0.01);
      assertThat(BUDGET.cost().cost(mask)).isLessThanOrEqualTo(LIMIT);
    }
    assertThat(mask).as("24 is twice of 12, 6 its half").hasToString("24/24 6/24 10/24");
  }

  @Test
  void apply_roomLeft_isGivenToWhoIsWorthMost() {
    Mask less = BUDGET.space().mask(new boolean[72]);
    assertThat(moved(less, new double[] {1, 2, 0}, 0.1, 0.1, 0.1)).hasToString("1/24 1/24 0/24");
  }
}
