package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.StructureConfig;
import io.coppice.network.Network;
import io.coppice.plan.RoundLoad;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;

/**
 * What masks of a run's network cost, and what they may.
 *
 * @param model cost of a mask
 * @param dense cost of all channels
 * @param limit the most that may remain
 * @param isEstimate whether it stands for a time that is to be measured yet, so that only its
 *     proportions say something
 */
public record RunCost(CostModel model, double dense, double limit, boolean isEstimate) {

  private static final double MILLIS = 1e3;

  /** What follows from the network; a time is an estimate, within which every budget can be met. */
  static RunCost of(RunConfig config, Network network) {
    StructureConfig structure = config.structure();
    return switch (structure.cost()) {
      case FLOPS -> exact(NetworkCost.flops(network), structure, network);
      case PARAMETERS -> exact(NetworkCost.parameters(network), structure, network);
      case CHANNELS -> exact(NetworkCost.channels(network), structure, network);
      case TIME -> estimate(config, network);
    };
  }

  /** What was counted or timed. */
  static RunCost exact(CostModel model, StructureConfig structure, Network network) {
    double dense = model.cost(Mask.full(network.groupChannels()));
    return new RunCost(model, dense, structure.budget().limit(dense), false);
  }

  /** In proportion to FLOPs; the dense network takes what it did where rounds were measured. */
  private static RunCost estimate(RunConfig config, Network network) {
    Mask full = Mask.full(network.groupChannels());
    CostModel flops = NetworkCost.flops(network);
    double millisOfFlop = denseMillis(config, network, full) / flops.cost(full);
    RunCost millis =
        exact(
            new CostModel(flops.terms().stream().map(term -> term.times(millisOfFlop)).toList()),
            config.structure(),
            network);
    double least = millis.model().cost(Strategies.space(config.structure(), network).lastingMask());
    return new RunCost(
        millis.model(),
        millis.dense(),
        Math.min(millis.dense(), Math.max(least, millis.limit())),
        true);
  }

  private static double denseMillis(RunConfig config, Network network, Mask full) {
    int shards = config.distribution().shards();
    RoundLoad load =
        RoundLoad.of(
            network,
            RoundMasks.repeated(config.distribution().localSteps(), new StepMasks(full)),
            shards,
            config.training().batchSize() / shards,
            RunSetup.wire(config));
    RoundModel model = new RoundModel(RoundSpeeds.MEASURED);
    return MILLIS * (model.driver(load, false) + model.taskCompute(load));
  }
}
