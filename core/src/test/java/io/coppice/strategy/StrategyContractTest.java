package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.structure.UnitRanking;
import io.coppice.train.TrainingStart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every way of learning a structure. */
class StrategyContractTest {

  private static final int LEARNING_ROUNDS = 30;
  private static final int ROUNDS = 36;
  private static final int STEPS = 2;

  /** What it is, and how a run begins with it. */
  static Stream<Arguments> strategies() {
    Budget budget = SimulatedTraining.budget(8);
    MaskDraws shared = new MaskDraws(9, true, SimulatedTraining.SHARDS);
    MaskDraws perShard = new MaskDraws(9, false, SimulatedTraining.SHARDS);
    PolicyGradientOptions everyRound = new PolicyGradientOptions(0.05, 1, LEARNING_ROUNDS);
    PolicyGradientOptions everyThird = new PolicyGradientOptions(0.05, 3, LEARNING_ROUNDS);
    AnchorStrategy.Options anchor = new AnchorStrategy.Options(4, 0.02);
    Mask uniform =
        new MaskSelection(budget.space(), budget.cost()).uniform(SimulatedTraining.LIMIT);
    Map<String, Supplier<StructureStrategy>> strategies = new LinkedHashMap<>();
    strategies.put("anchor", () -> new AnchorStrategy(budget, shared, everyRound, anchor));
    strategies.put(
        "anchor, per shard, every third round",
        () -> new AnchorStrategy(budget, perShard, everyThird, anchor));
    strategies.put("sampled", () -> new SampledStrategy(budget, shared, everyRound));
    strategies.put(
        "sampled, per shard, every third round",
        () -> new SampledStrategy(budget, perShard, everyThird));
    for (RankedStrategy.Criterion criterion : RankedStrategy.Criterion.values()) {
      for (UnitRanking.Across across : UnitRanking.Across.values()) {
        strategies.put(
            criterion + " across the " + across,
            () ->
                new RankedStrategy(
                    criterion,
                    budget,
                    SimulatedTraining.NETWORK,
                    () -> TrainingStart.drawn(SimulatedTraining.NETWORK, 3),
                    new RankedStrategy.Options(across, 3, 5)));
      }
    }
    strategies.put(
        "shares",
        () ->
            new SharesStrategy(
                budget,
                shared,
                new double[] {1, 1},
                new double[SimulatedTraining.CHANNELS],
                new SharesStrategy.Options(2, 0.4, 5, 0.3, 2, 1.2, 2),
                LEARNING_ROUNDS));
    strategies.put("uniform", () -> new FixedStrategy("uniform", budget.space(), uniform));
    return strategies.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void masks_askedAgainAndForOtherRounds_areTheSameAndChangeNothing(
      String name, Supplier<StructureStrategy> start) {
    StructureStrategy asked = start.get();
    StructureStrategy other = start.get();
    for (int round = 0; round < ROUNDS; round++) {
      RoundMasks first = asked.masks(round, STEPS);
      asked.masks(round + 7, 1);
      asked.presentMask();
      asked.candidates(3);
      assertThat(asked.masks(round, STEPS)).isEqualTo(first);
      assertThat(SimulatedTraining.takeRound(asked, round, STEPS)).isEqualTo(first);
      assertThat(SimulatedTraining.takeRound(other, round, STEPS)).isEqualTo(first);
      assertSame(asked.state(), other.state());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void restore_stateOfAnyRound_goesOnWithTheSameMasksAndLearnsTheSame(
      String name, Supplier<StructureStrategy> start) {
    for (int stop : new int[] {0, 1, 4, 5, 13, LEARNING_ROUNDS, ROUNDS - 1}) {
      StructureStrategy one = start.get();
      for (int round = 0; round < stop; round++) {
        SimulatedTraining.takeRound(one, round, STEPS);
      }
      StructureStrategy other = start.get();
      other.restore(one.state());
      assertSame(other.state(), one.state());
      for (int round = stop; round < ROUNDS; round++) {
        assertThat(SimulatedTraining.takeRound(other, round, STEPS))
            .isEqualTo(SimulatedTraining.takeRound(one, round, STEPS));
      }
      assertThat(other.probabilities()).containsExactly(one.probabilities());
      assertThat(other.candidates(5)).isEqualTo(one.candidates(5));
      assertSame(other.state(), one.state());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void restore_stateOfAnEarlierRound_forgetsWhatCameAfter(
      String name, Supplier<StructureStrategy> start) {
    StructureStrategy strategy = start.get();
    SimulatedTraining.takeRound(strategy, 0, STEPS);
    StrategyState early = strategy.state();
    RoundMasks expected = SimulatedTraining.takeRound(strategy, 1, STEPS);
    for (int round = 2; round < 12; round++) {
      SimulatedTraining.takeRound(strategy, round, STEPS);
    }
    strategy.restore(early);
    assertSame(strategy.state(), early);
    assertThat(SimulatedTraining.takeRound(strategy, 1, STEPS)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void state_anyRound_hasTheSameTensorsOfTheSameShapes(
      String name, Supplier<StructureStrategy> start) {
    StructureStrategy strategy = start.get();
    StrategyState first = strategy.state();
    for (int round = 0; round < ROUNDS; round++) {
      SimulatedTraining.takeRound(strategy, round, STEPS);
      StrategyState state = strategy.state();
      assertThat(state.strategy()).isEqualTo(first.strategy());
      assertThat(state.tensors().keySet()).containsExactlyElementsOf(first.tensors().keySet());
      state
          .tensors()
          .forEach(
              (tensor, value) -> {
                assertThat(value.type()).isEqualTo(first.tensor(tensor).type());
                assertThat(value.shape()).isEqualTo(first.tensor(tensor).shape());
              });
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void candidates_atAnyMoment_areDistinctWithinTheBudgetThePresentMaskFirst(
      String name, Supplier<StructureStrategy> start) {
    StructureStrategy strategy = start.get();
    for (int round = 0; round < ROUNDS; round++) {
      List<Mask> candidates = strategy.candidates(6);
      assertThat(candidates)
          .hasSizeBetween(1, 6)
          .doesNotHaveDuplicates()
          .startsWith(strategy.presentMask())
          .allMatch(mask -> mask.activeCount() <= SimulatedTraining.LIMIT);
      assertThat(strategy.candidates(1)).containsExactly(strategy.presentMask());
      SimulatedTraining.takeRound(strategy, round, STEPS);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void masks_settled_areThePresentMaskWithoutProbesForAllShards(
      String name, Supplier<StructureStrategy> start) {
    StructureStrategy strategy = start.get();
    for (int round = 0; round < LEARNING_ROUNDS; round++) {
      SimulatedTraining.takeRound(strategy, round, STEPS);
    }
    Mask present = strategy.presentMask();
    StrategyState settled = strategy.state();
    for (int round = LEARNING_ROUNDS; round < ROUNDS; round++) {
      RoundMasks masks = SimulatedTraining.takeRound(strategy, round, STEPS);
      assertThat(masks).isEqualTo(RoundMasks.repeated(STEPS, new StepMasks(present)));
      assertSame(strategy.state(), settled);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void learn_severalProbesAStep_takesThemAll(String name, Supplier<StructureStrategy> start) {
    StructureStrategy strategy = start.get();
    StepMasks step = strategy.masks(0, 1).of(0, 0);
    Mask full = Mask.full(SimulatedTraining.SPACE.groupChannels());
    RoundMasks masks =
        RoundMasks.of(new StepMasks(step.trained(), full, SimulatedTraining.useful()));
    strategy.learn(SimulatedTraining.taken(0, masks));
    double sum = 0;
    for (double probability : strategy.probabilities()) {
      assertThat(probability).isBetween(0.0, 1.0);
      sum += probability;
    }
    assertThat(sum).isLessThanOrEqualTo(SimulatedTraining.CHANNELS);
  }

  private static void assertSame(StrategyState actual, StrategyState expected) {
    assertThat(actual.strategy()).isEqualTo(expected.strategy());
    assertThat(actual.tensors().keySet()).isEqualTo(expected.tensors().keySet());
    for (Map.Entry<String, Tensor> tensor : expected.tensors().entrySet()) {
      assertThat(actual.tensor(tensor.getKey()).data())
          .as(tensor.getKey())
          .isEqualTo(tensor.getValue().data());
    }
  }
}
