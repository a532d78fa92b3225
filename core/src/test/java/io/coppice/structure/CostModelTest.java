package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.structure.CostModel.Conditional;
import io.coppice.structure.CostModel.Term;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CostModelTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {3, 4}, 2);
  private static final CostModel COST =
      new CostModel(
          List.of(
              new Term(2, 0, 1),
              new Term(3, 1, 1),
              new Term(5, 0, CostModel.NONE),
              new Term(7, CostModel.NONE, CostModel.NONE)),
          List.of(
              new Conditional(11, CostModel.NONE, List.of(0), List.of(1)),
              new Conditional(13, CostModel.NONE, List.of(1), List.of()),
              new Conditional(17, CostModel.NONE, List.of(0, 1), List.of(1)),
              new Conditional(19, CostModel.NONE, List.of(), List.of()),
              new Conditional(23, 0, List.of(0), List.of(1)),
              new Conditional(29, 1, List.of(1), List.of(0, 1))),
          1);
  private static final double[] S = {0.3, 0.8, 0.6, 0.1};

  @Test
  void cost_mask_countsActiveChannels() {
    Mask mask = SPACE.mask(new boolean[] {true, true, false, true});
    assertThat(COST.cost(mask))
        .isEqualTo(2 * 3 * 2 + 3 * 2 * 2 + 5 * 3 + 7 + (11 + 13 + 17 + 19) + 23 * 3 + 29 * 2);
  }

  @Test
  void cost_emptyGroups_leavesOutWhatTheyAloneCause() {
    Mask first = SPACE.mask(new boolean[] {true, false, false, false});
    assertThat(COST.cost(first)).isEqualTo(5 * 2 + 7 + 19);
    Mask second = SPACE.mask(new boolean[] {false, false, true, false});
    assertThat(COST.cost(second)).isEqualTo(3 * 2 * 2 + 7 + (13 + 17 + 19) + 29 * 2);
  }

  @Test
  void cost_channelsInBlocks_countsWholeBlocksAndSmoothDoesNot() {
    CostModel blocks = new CostModel(COST.terms(), COST.conditionals(), 4);
    assertThat(blocks.cost(new double[] {3, 5})).isEqualTo(COST.cost(new double[] {4, 8}));
    assertThat(blocks.cost(new double[] {0, 4})).isEqualTo(COST.cost(new double[] {0, 4}));
    assertThat(blocks.smooth()).isEqualTo(COST);
    assertThat(blocks.expected(SPACE, S)).isEqualTo(COST.expected(SPACE, S));
  }

  /** Without channels that are always active, and with some. */
  static List<StructureSpace> spaces() {
    return List.of(SPACE, new StructureSpace(new int[] {5, 6}, 2, new boolean[] {true, true}));
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void expected_anyProbabilities_isTheMeanOverAllMasks(StructureSpace space) {
    double[] mean = new double[1];
    Enumeration.of(
        space, S, outcome -> mean[0] += outcome.probability() * COST.cost(outcome.mask()));
    assertThat(COST.expected(space, S)).isCloseTo(mean[0], within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void expectedGradient_anyProbabilities_agreesWithFiniteDifferences(StructureSpace space) {
    double[] gradient = COST.expectedGradient(space, S);
    double epsilon = 1e-6;
    for (int unit = 0; unit < S.length; unit++) {
      double[] up = S.clone();
      double[] down = S.clone();
      up[unit] += epsilon;
      down[unit] -= epsilon;
      double difference = (COST.expected(space, up) - COST.expected(space, down)) / (2 * epsilon);
      assertThat(gradient[unit]).isCloseTo(difference, within(1e-5));
    }
  }
}
