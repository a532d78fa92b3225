package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.StructureSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheapSharesTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {100, 100, 100}, 1);

  private static CostModel linear(double... ofGroups) {
    return new CostModel(
        List.of(
            new Term(ofGroups[0], 0, CostModel.NONE),
            new Term(ofGroups[1], 1, CostModel.NONE),
            new Term(ofGroups[2], 2, CostModel.NONE)));
  }

  private static final CostModel FLOPS = linear(3, 5, 1);

  private static double[] proportions(CostModel cost, double tilt, double bound) {
    return CheapShares.proportions(
        new Budget(SPACE, cost, new CubicRamp(900, 450, 0)), FLOPS, tilt, bound);
  }

  @Test
  void proportions_budgetOfFlops_allAlike() {
    assertThat(proportions(FLOPS, 0.5, 2)).containsExactly(1, 1, 1);
  }

  @Test
  void proportions_dearForItsFlops_lessByThePower() {
    assertThat(proportions(linear(3, 20, 0.25), 0.5, 10))
        .as("1, 4 and 1/4 times as dear")
        .containsExactly(new double[] {1, 0.5, 2}, within(1e-9));
    assertThat(proportions(linear(3, 20, 0.25), 1, 10))
        .containsExactly(new double[] {1, 0.25, 4}, within(1e-9));
    assertThat(proportions(linear(3, 20, 0.25), 0, 10)).containsExactly(1, 1, 1);
  }

  @Test
  void proportions_beyondTheBound_areTheBound() {
    assertThat(proportions(linear(3, 20, 0.25), 1, 2))
        .containsExactly(new double[] {1, 0.5, 2}, within(1e-9));
  }

  @Test
  void proportions_groupThatCostsNothing_itsPartIsOne() {
    assertThat(proportions(linear(3, 0, 1), 0.5, 2)).containsExactly(1, 1, 1);
  }
}
