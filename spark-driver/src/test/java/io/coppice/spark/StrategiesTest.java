package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.NetworkCost;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.RunConfig.Strategy;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.train.TrainingStart;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StrategiesTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 0.5);
  private static final CostModel FLOPS = NetworkCost.flops(NETWORK);
  private static final Mask FULL = Mask.full(NETWORK.groupChannels());
  private static final long ROUNDS = 100;

  private static StructureStrategy strategy(Map<String, String> settings) {
    return Strategies.of(
        SmallRun.config(settings), NETWORK, ROUNDS, () -> TrainingStart.drawn(NETWORK, 1));
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void of_everyStrategy_isCalledAsInTheConfigurationAndKeepsTheBudget(Strategy strategy) {
    String name = ConfigPrinter.spelling(strategy);
    StructureStrategy made = strategy(Map.of("structure.strategy", name));
    assertThat(made.state().strategy()).isEqualTo(name);
    if (strategy == Strategy.DENSE) {
      assertThat(made.presentMask()).isEqualTo(FULL);
    } else {
      assertThat(FLOPS.cost(made.presentMask())).isBetween(1.0, 0.36 * FLOPS.cost(FULL));
    }
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
  void of_ramp_beginsWithEverything() {
    Mask trained = strategy(Map.of("structure.ramp", "0.5")).masks(0, 1).of(0, 0).trained();
    assertThat(trained).isEqualTo(FULL);
  }
}
