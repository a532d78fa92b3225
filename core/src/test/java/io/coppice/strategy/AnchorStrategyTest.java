package io.coppice.strategy;

import static io.coppice.strategy.SimulatedTraining.LIMIT;
import static io.coppice.strategy.SimulatedTraining.SHARDS;
import static io.coppice.strategy.SimulatedTraining.SPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnchorStrategyTest {

  private static AnchorStrategy strategy(
      int anchorRounds, int probeEvery, long rounds, boolean shared, long rampRounds) {
    return new AnchorStrategy(
        SimulatedTraining.budget(rampRounds),
        new MaskDraws(1, shared, SHARDS),
        new PolicyGradientOptions(0.012, probeEvery, rounds),
        new AnchorStrategy.Options(anchorRounds, 0.02));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void learn_someChannelsUseful_findsThemWithinTheBudget(boolean shared) {
    AnchorStrategy strategy = strategy(10, 1, 600, shared, 0);
    for (int round = 0; round < 600; round++) {
      RoundMasks masks = SimulatedTraining.takeRound(strategy, round, 1);
      assertThat(masks.shared()).isEqualTo(shared);
      assertThat(masks.all()).hasSize(shared ? 1 : SHARDS);
      assertThat(Arrays.stream(strategy.probabilities()).sum()).isLessThanOrEqualTo(LIMIT + 1e-6);
    }
    assertThat(strategy.presentMask()).isEqualTo(SimulatedTraining.useful());
  }

  @Test
  void masks_whileAnAnchorIsHeld_trainItWithinTheBudgetAndProbeOneDraw() {
    AnchorStrategy strategy = strategy(5, 1, 100, true, 0);
    Mask anchor = strategy.masks(0, 1).of(0, 0).trained();
    assertThat(anchor.activeCount()).isEqualTo(LIMIT);
    for (int round = 1; round < 5; round++) {
      StepMasks masks = SimulatedTraining.takeRound(strategy, round, 1).of(0, 0);
      assertThat(masks.trained()).isEqualTo(anchor);
      assertThat(masks.probes()).hasSize(1);
    }
  }

  @Test
  void masks_anchorDue_trainTheNewOneWhichIsHeldOnceItIsLearnedFrom() {
    AnchorStrategy strategy = strategy(5, 1, 100, true, 0);
    for (int round = 0; round < 5; round++) {
      SimulatedTraining.takeRound(strategy, round, 1);
    }
    StrategyState before = strategy.state();
    Mask anchor = strategy.masks(5, 1).of(0, 0).trained();
    assertThat(strategy.state().tensor("anchorChosenAt").asLong()).isZero();
    SimulatedTraining.takeRound(strategy, 5, 1);
    assertThat(strategy.state().tensor("anchorChosenAt").asLong()).isEqualTo(5);
    assertThat(strategy.masks(9, 1).of(0, 0).trained()).isEqualTo(anchor);
    strategy.restore(before);
    assertThat(strategy.masks(5, 1).of(0, 0).trained()).as("the lost round").isEqualTo(anchor);
  }

  @Test
  void learn_anchorDueInARoundWithoutProbe_holdsTheNewAnchorAndKeepsTheProbabilities() {
    AnchorStrategy strategy = strategy(2, 3, 100, true, 0);
    for (int round = 0; round < 2; round++) {
      SimulatedTraining.takeRound(strategy, round, 1);
    }
    double[] probabilities = strategy.probabilities();
    SimulatedTraining.takeRound(strategy, 2, 1);
    assertThat(strategy.state().tensor("anchorChosenAt").asLong()).isEqualTo(2);
    assertThat(strategy.probabilities()).containsExactly(probabilities);
  }

  @Test
  void masks_ofEachShardAndStep_probeDrawsOfTheirOwn() {
    RoundMasks masks = strategy(5, 1, 100, false, 0).masks(3, 4);
    assertThat(masks.all()).hasSize(4 * SHARDS).doesNotHaveDuplicates();
    assertThat(masks.all().stream().map(StepMasks::trained).distinct()).hasSize(1);
  }

  @Test
  void learn_probesEveryThirdRound_onlyThoseChangeTheProbabilities() {
    AnchorStrategy strategy = strategy(5, 3, 100, true, 0);
    for (int round = 0; round < 9; round++) {
      double[] before = strategy.probabilities();
      boolean probes = round % 3 == 0;
      RoundMasks masks = SimulatedTraining.takeRound(strategy, round, 2);
      assertThat(masks.all()).hasSize(2).allMatch(step -> step.probes().isEmpty() != probes);
      assertThat(Arrays.equals(strategy.probabilities(), before)).isEqualTo(!probes);
    }
  }

  @Test
  void learn_twoProbes_isTheMeanOfEachAlone() {
    Mask first = Mask.builder(SPACE.groupChannels()).activate(0, 0, 4).build();
    Mask second = SimulatedTraining.useful();
    // Adam's first step moves by the sign of the gradient alone: its first moment tells more.
    double[] mean = firstMoment(first, second);
    double[] ofFirst = firstMoment(first);
    double[] ofSecond = firstMoment(second);
    for (int unit = 0; unit < SPACE.units(); unit++) {
      assertThat(mean[unit])
          .isCloseTo(
              (ofFirst[unit] + ofSecond[unit]) / 2, org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  private static double[] firstMoment(Mask... probes) {
    AnchorStrategy strategy = strategy(5, 1, 100, true, 0);
    RoundMasks masks =
        RoundMasks.of(new StepMasks(strategy.masks(0, 1).of(0, 0).trained(), List.of(probes)));
    strategy.learn(SimulatedTraining.taken(0, masks));
    return Arrays.copyOf(strategy.state().tensor("moments").doubles(), SPACE.units());
  }

  @Test
  void masks_budgetFallsAlongARamp_anchorsFollow() {
    AnchorStrategy strategy = strategy(1, 1, 20, true, 10);
    assertThat(strategy.masks(0, 1).of(0, 0).trained()).isEqualTo(Mask.full(SPACE.groupChannels()));
    for (int round = 0; round < 12; round++) {
      SimulatedTraining.takeRound(strategy, round, 1);
    }
    assertThat(strategy.masks(12, 1).of(0, 0).trained().activeCount()).isEqualTo(LIMIT);
  }
}
