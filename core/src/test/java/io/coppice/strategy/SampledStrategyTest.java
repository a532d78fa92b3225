package io.coppice.strategy;

import static io.coppice.strategy.SimulatedTraining.LIMIT;
import static io.coppice.strategy.SimulatedTraining.SHARDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.structure.RoundMasks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampledStrategyTest {

  private static SampledStrategy strategy(int probeEvery, long rounds, boolean shared) {
    return new SampledStrategy(
        SimulatedTraining.budget(0),
        new MaskDraws(9, shared, SHARDS),
        new PolicyGradientOptions(0.012, probeEvery, rounds));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void learn_someChannelsUseful_findsThemWithinTheBudget(boolean shared) {
    SampledStrategy strategy = strategy(1, 600, shared);
    for (int round = 0; round < 600; round++) {
      RoundMasks masks = SimulatedTraining.takeRound(strategy, round, 1);
      assertThat(masks.shared()).isEqualTo(shared);
      assertThat(masks.all()).allMatch(step -> step.probes().size() == 1);
      assertThat(Arrays.stream(strategy.probabilities()).sum()).isLessThanOrEqualTo(LIMIT + 1e-6);
    }
    assertThat(strategy.presentMask()).isEqualTo(SimulatedTraining.useful());
  }

  @Test
  void masks_ofEachShardStepAndRound_areDrawsOfTheirOwn() {
    SampledStrategy strategy = strategy(1, 100, false);
    RoundMasks masks = strategy.masks(3, 4);
    assertThat(masks.distinct()).hasSizeGreaterThan(2 * SHARDS);
    assertThat(masks.all()).hasSize(4 * SHARDS).doesNotHaveDuplicates();
    assertThat(masks.of(0, 0)).isEqualTo(strategy.masks(3, 1).of(0, 0));
    assertThat(masks).isNotEqualTo(strategy.masks(4, 4));
  }

  @Test
  void learn_probesEveryThirdRound_trainsTheSameDrawsAndLearnsFromThoseRoundsAlone() {
    SampledStrategy strategy = strategy(3, 100, true);
    for (int round = 0; round < 9; round++) {
      double[] before = strategy.probabilities();
      boolean probes = round % 3 == 0;
      RoundMasks masks = SimulatedTraining.takeRound(strategy, round, 2);
      assertThat(masks.all()).hasSize(2).allMatch(step -> step.probes().isEmpty() != probes);
      assertThat(Arrays.equals(strategy.probabilities(), before)).isEqualTo(!probes);
    }
  }
}
