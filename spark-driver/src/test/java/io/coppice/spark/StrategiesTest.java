package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.compact.Slicer;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.Strategy;
import io.coppice.exchange.StartValues;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CostModel;
import io.coppice.structure.GroupShares;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StructureSpace;
import io.coppice.train.TrainingStart;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StrategiesTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.5);
  private static final CostModel FLOPS = NetworkCost.flops(NETWORK);
  private static final Mask FULL = Mask.full(NETWORK.groupChannels());
  private static final long ROUNDS = 100;

  private static StructureStrategy strategy(Map<String, String> settings) {
    return strategy(SmallRun.config(settings), NETWORK);
  }

  private static StructureStrategy strategy(RunConfig config, Network network) {
    return Strategies.of(
        config,
        network,
        RunCost.of(config, network),
        ROUNDS,
        () -> TrainingStart.drawn(network, 1));
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void of_everyStrategy_isCalledAsInTheConfigurationAndKeepsTheBudget(Strategy strategy) {
    String name = ConfigPrinter.spelling(strategy);
    StructureStrategy made = strategy(Map.of("structure.strategy", name));
    assertThat(made.state().strategy()).isEqualTo(name);
    assertThat(made.learnsProbabilities())
        .isEqualTo(strategy == Strategy.ANCHOR || strategy == Strategy.SAMPLED);
    if (strategy == Strategy.DENSE) {
      assertThat(made.presentMask()).isEqualTo(FULL);
    } else {
      assertThat(FLOPS.cost(made.presentMask())).isBetween(1.0, 0.36 * FLOPS.cost(FULL));
    }
  }

  /** Networks, what the budget counts, and the budget. */
  static Stream<Arguments> budgets() {
    return Stream.of("vgg16", "resnet20")
        .flatMap(
            network ->
                Stream.of("flops", "parameters", "channels")
                    .flatMap(
                        cost ->
                            Stream.of("0.087", "0.36").map(b -> Arguments.of(network, cost, b))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("budgets")
  void of_singleChannels_everyStrategyMeetsTheBudgetWithinOnePercent(
      String network, String cost, String budget) {
    Network full = NetworkCatalogue.create(network, new Shape(3, 32, 32), 10, 1);
    for (Strategy strategy : Strategy.values()) {
      if (strategy != Strategy.DENSE) {
        Map<String, String> settings =
            Map.of(
                "structure.strategy",
                ConfigPrinter.spelling(strategy),
                "structure.cost",
                cost,
                "structure.budget",
                budget,
                "structure.granularity",
                "1");
        RunConfig config = SmallRun.config(settings);
        RunCost counted = RunCost.of(config, full);
        assertThat(counted.model().cost(strategy(config, full).presentMask()))
            .isBetween(0.99 * counted.limit(), counted.limit());
        assertThat(counted.limit()).isEqualTo(Double.parseDouble(budget) * counted.dense());
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("budgets")
  void mostProbable_probabilitiesThatFillTheBudget_meetsItWithinOnePercent(
      String network, String cost, String budget) {
    Network full = NetworkCatalogue.create(network, new Shape(3, 32, 32), 10, 1);
    CostModel counted =
        switch (cost) {
          case "flops" -> NetworkCost.flops(full);
          case "parameters" -> NetworkCost.parameters(full);
          default -> NetworkCost.channels(full);
        };
    double limit = Double.parseDouble(budget) * counted.cost(Mask.full(full.groupChannels()));
    StructureSpace space = new StructureSpace(full.groupChannels(), 1);
    CounterRandom random = CounterRandom.of(5, CounterRandom.Purpose.FIXED_MASK);
    double[] learned = new double[space.units()];
    Arrays.setAll(learned, unit -> 0.5 + 2 * random.nextGaussian());
    double[] s = new BudgetProjection(space, counted).project(learned, limit);
    assertThat(s).contains(0.0).contains(1.0);
    assertThat(counted.cost(new MaskSelection(space, counted).mostProbable(s, limit)))
        .isBetween(0.99 * limit, limit);
  }

  @Test
  void problem_budgetThatNothingMeetsOrThatAllMeets_saysSoInItsUnit() {
    assertThat(problem("parameters", "100 parameters"))
        .contains(
            "'structure.budget' (100 parameters) cannot be met: what always stays costs",
            "parameters of");
    assertThat(problem("parameters", "1M parameters"))
        .contains(
            "'structure.budget' (1M parameters) is more than all of resnet20, which costs",
            "'structure.strategy: dense'");
    assertThat(problem("channels", "40 channels")).isEmpty();
    assertThat(problem("time", "0.001 ms")).as("is not known before rounds are timed").isEmpty();
  }

  private static String problem(String cost, String budget) {
    RunConfig config = SmallRun.config(Map.of("structure.cost", cost, "structure.budget", budget));
    Network kept =
        NetworkCatalogue.create("resnet20", new Shape(1, 8, 8), 3, 0.5)
            .keeping(cost.equals("parameters") ? List.of("stem.*") : List.of());
    return Strategies.problem(config.structure(), kept, RunCost.of(config, kept)).orElse("");
  }

  @Test
  void of_optionsOfTheStrategies_reachThem() {
    for (String name : new String[] {"anchor", "sampled"}) {
      Map<String, String> settings = new HashMap<>();
      settings.put("structure.strategy", name);
      settings.put("structure.duration", "0.5");
      settings.put("structure.policyGradient.probeEvery", "7");
      settings.put("distribution.masks", "per-shard");
      StructureStrategy strategy = strategy(settings);
      RoundMasks first = strategy.masks(0, 2);
      assertThat(first.shared()).isFalse();
      assertThat(first.all()).hasSize(3 * 2);
      assertThat(strategy.masks(48, 1).of(0, 0).probes()).isEmpty();
      assertThat(strategy.masks(49, 1).of(0, 0).probes()).hasSize(1);
      assertThat(strategy.masks(56, 1).of(0, 0).probes()).as("settled").isEmpty();
    }
  }

  @Test
  void of_optionsOfARanking_reachIt() {
    Map<String, String> settings = new HashMap<>();
    settings.put("structure.strategy", "taylor");
    settings.put("structure.ranking.averagedRounds", "7");
    StructureStrategy taylor = strategy(settings);
    assertThat(taylor.masks(6, 1).of(0, 0).trained()).isEqualTo(FULL);
    assertThat(taylor.masks(7, 1).of(0, 0).trained()).isEqualTo(taylor.presentMask());
    settings.put("structure.strategy", "magnitude");
    StructureStrategy magnitude = strategy(settings);
    assertThat(magnitude.presentMask())
        .as("of a fresh network")
        .isEqualTo(strategy(Map.of("structure.strategy", "uniform")).presentMask());
    settings.put("structure.ranking.across", "network");
    assertThat(strategy(settings).presentMask()).isNotEqualTo(magnitude.presentMask());
  }

  @Test
  void of_sharesThatStartFromACompactNetwork_beginWithItsChannels() {
    RunConfig config = SmallRun.config(Map.of("structure.strategy", "shares"));
    StructureSpace space = Strategies.space(config.structure(), NETWORK);
    double limit = 0.36 * FLOPS.cost(FULL);
    GroupShares shares = new GroupShares(space, FLOPS);
    double[] proportions = new double[space.groups()];
    Arrays.setAll(proportions, group -> 1 + 0.5 * (group % 3));
    CounterRandom random = CounterRandom.of(5, CounterRandom.Purpose.FIXED_MASK);
    double[] importance = new double[space.units()];
    Arrays.setAll(importance, unit -> random.nextDouble());
    Mask moved = shares.filled(proportions, importance, limit);
    assertThat(moved)
        .isNotEqualTo(strategy(config, NETWORK).presentMask())
        .isNotEqualTo(shares.equal(importance, limit));
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    CompactNetwork compact = CompactNetwork.of(NETWORK, moved);
    StartValues drawn = TrainingStart.drawn(NETWORK, 1).values();
    TrainingStart start =
        TrainingStart.of(
            compact,
            new Slicer(dense.parameters(), compact.parameters()).gather(drawn.parameters()),
            new Slicer(dense.statistics(), compact.statistics()).gather(drawn.statistics()),
            1);
    StructureStrategy begun =
        Strategies.of(config, NETWORK, RunCost.of(config, NETWORK), ROUNDS, () -> start);
    assertThat(begun.presentMask()).isEqualTo(moved);
    assertThat(begun.masks(0, 1).of(0, 0).trained()).isEqualTo(moved);
  }

  @Test
  void of_ramp_beginsWithEverything() {
    Mask trained = strategy(Map.of("structure.ramp", "0.5")).masks(0, 1).of(0, 0).trained();
    assertThat(trained).isEqualTo(FULL);
  }
}
