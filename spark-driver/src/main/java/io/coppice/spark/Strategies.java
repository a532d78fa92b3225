package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.Masks;
import io.coppice.config.RunConfig.RankingConfig;
import io.coppice.config.RunConfig.Strategy;
import io.coppice.config.RunConfig.StructureConfig;
import io.coppice.config.StructureBudget;
import io.coppice.network.Network;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.strategy.AnchorStrategy;
import io.coppice.strategy.Budget;
import io.coppice.strategy.CheapShares;
import io.coppice.strategy.FixedStrategy;
import io.coppice.strategy.MaskDraws;
import io.coppice.strategy.PolicyGradientOptions;
import io.coppice.strategy.RankedStrategy;
import io.coppice.strategy.RankedStrategy.Criterion;
import io.coppice.strategy.SampledStrategy;
import io.coppice.strategy.SharesStrategy;
import io.coppice.strategy.StructureStrategy;
import io.coppice.strategy.UnitImportance;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.StructureSpace;
import io.coppice.structure.UnitRanking;
import io.coppice.train.TrainingStart;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the way of learning the structure that a configuration names. */
final class Strategies {

  private Strategies() {}

  /**
   * The strategy as it is before the first round.
   *
   * @param cost of the network's masks
   * @param rounds of the training, without fine-tuning
   * @param start what the training starts from; is asked for by strategies that look at weights
   */
  static StructureStrategy of(
      RunConfig config, Network network, RunCost cost, long rounds, Supplier<TrainingStart> start) {
    long ramp = Math.round(config.structure().ramp() * rounds);
    return of(config, network, budget(config.structure(), network, cost, ramp), rounds, start);
  }

  /** The same with the final budget from the first round on, to plan by. */
  static StructureStrategy withinFinalBudget(
      RunConfig config, Network network, RunCost cost, long rounds, Supplier<TrainingStart> start) {
    return of(config, network, budget(config.structure(), network, cost, 0), rounds, start);
  }

  private static StructureStrategy of(
      RunConfig config,
      Network network,
      Budget budget,
      long rounds,
      Supplier<TrainingStart> start) {
    StructureConfig structure = config.structure();
    StructureSpace space = budget.space();
    MaskSelection selection = new MaskSelection(space, budget.cost());
    double limit = budget.limit().end();
    long seed = config.training().seed();
    return switch (structure.strategy()) {
      case DENSE -> new FixedStrategy("dense", space, Mask.full(network.groupChannels()));
      case UNIFORM -> new FixedStrategy("uniform", space, selection.uniform(limit));
      case RANDOM ->
          new FixedStrategy(
              "random", space, selection.random(limit, CounterRandom.of(seed, Purpose.FIXED_MASK)));
      case ANCHOR ->
          new AnchorStrategy(
              budget,
              draws(config),
              policyGradient(structure, rounds),
              new AnchorStrategy.Options(structure.anchor().rounds(), structure.anchor().margin()));
      case SHARES -> {
        TrainingStart from = start.get();
        yield new SharesStrategy(
            budget,
            draws(config),
            proportions(budget, network, structure, from),
            UnitImportance.magnitude(space, network, from),
            new SharesStrategy.Options(
                structure.shares().probeEvery(),
                structure.shares().thinned(),
                structure.shares().looks(),
                structure.shares().step(),
                structure.shares().significance(),
                structure.shares().ratio(),
                structure.shares().bound()),
            learningRounds(structure, rounds));
      }
      case SAMPLED -> new SampledStrategy(budget, draws(config), policyGradient(structure, rounds));
      case MAGNITUDE, TAYLOR ->
          new RankedStrategy(
              structure.strategy() == Strategy.TAYLOR ? Criterion.TAYLOR : Criterion.MAGNITUDE,
              budget,
              network,
              start,
              ranking(structure.ranking()));
    };
  }

  /**
   * The fixed mask of a run that an earlier version began, whose checkpoints do not hold it.
   *
   * @param strategy the run's, as it is before the first round
   */
  static Mask fixedBefore(
      RunConfig config, Network network, RunCost cost, StructureStrategy strategy) {
    if (config.structure().strategy() != Strategy.UNIFORM) {
      return strategy.presentMask();
    }
    Budget budget = budget(config.structure(), network, cost, 0);
    return new MaskSelection(budget.space(), budget.cost()).uniformRounded(budget.limit().end());
  }

  /** What stands in the way of the budget: it is less than what always stays, or more than all. */
  static Optional<String> problem(StructureConfig structure, Network network, RunCost cost) {
    if (structure.strategy() == Strategy.DENSE) {
      return Optional.empty();
    }
    double always = cost.model().cost(space(structure, network).lastingMask());
    double dense = cost.dense();
    double limit = cost.limit();
    if (limit < always) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "'structure.budget' (%s) cannot be met: what always stays costs %.3f of %s already (%s of %s); raise the"
                  + " budget, name fewer layers in structure.keep, or lower structure.granularity",
              structure.budget(),
              always / dense,
              network.name(),
              StructureBudget.describe(always, structure.cost()),
              StructureBudget.describe(dense, structure.cost())));
    }
    if (limit > dense) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "'structure.budget' (%s) is more than all of %s, which costs %s, so that nothing would be removed; lower the"
                  + " budget, or write 'structure.strategy: dense'",
              structure.budget(),
              network.name(),
              StructureBudget.describe(dense, structure.cost())));
    }
    return Optional.empty();
  }

  /**
   * @param ramp rounds over which the budget falls
   */
  private static Budget budget(
      StructureConfig structure, Network network, RunCost cost, long ramp) {
    return new Budget(
        space(structure, network), cost.model(), new CubicRamp(cost.dense(), cost.limit(), ramp));
  }

  /** The units of structure of a network. */
  static StructureSpace space(StructureConfig structure, Network network) {
    return new StructureSpace(
        network.groupChannels(),
        structure.granularity(),
        structure.floor() ? network.indispensableGroups() : new boolean[network.groups().size()]);
  }

  /** Of the shares to begin with: those of the network that training starts from, if it has any. */
  private static double[] proportions(
      Budget budget, Network network, StructureConfig structure, TrainingStart from) {
    return from.known().equals(Mask.full(network.groupChannels()))
        ? CheapShares.proportions(
            budget,
            NetworkCost.flops(network),
            structure.shares().tilt(),
            structure.shares().bound())
        : SharesStrategy.proportions(from.known());
  }

  private static MaskDraws draws(RunConfig config) {
    return new MaskDraws(
        config.training().seed(),
        config.distribution().masks() == Masks.SHARED,
        config.distribution().shards());
  }

  private static RankedStrategy.Options ranking(RankingConfig ranking) {
    return new RankedStrategy.Options(
        switch (ranking.across()) {
          case GROUP -> UnitRanking.Across.GROUP;
          case NETWORK -> UnitRanking.Across.NETWORK;
        },
        ranking.rounds(),
        ranking.averagedRounds());
  }

  private static PolicyGradientOptions policyGradient(StructureConfig structure, long rounds) {
    return new PolicyGradientOptions(
        structure.policyGradient().learningRate(),
        structure.policyGradient().probeEvery(),
        learningRounds(structure, rounds));
  }

  private static long learningRounds(StructureConfig structure, long rounds) {
    return Math.max(1, Math.round(structure.duration() * rounds));
  }
}
