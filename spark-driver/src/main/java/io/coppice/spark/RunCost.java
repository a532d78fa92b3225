package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.config.RunConfig.StructureConfig;
import io.coppice.network.Network;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;

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

  /**
   * What follows from the network. Of a time that is an estimate, by FLOPs, within which every
   * budget can be met.
   *
   * @param space the units of structure
   */
  static RunCost of(StructureConfig structure, Network network, StructureSpace space) {
    return switch (structure.cost()) {
      case FLOPS -> exact(NetworkCost.flops(network), structure, network);
      case PARAMETERS -> exact(NetworkCost.parameters(network), structure, network);
      case CHANNELS -> exact(NetworkCost.channels(network), structure, network);
      case TIME -> {
        RunCost flops = exact(NetworkCost.flops(network), structure, network);
        double always = flops.model().cost(space.lastingMask());
        yield new RunCost(
            flops.model(),
            flops.dense(),
            Math.min(flops.dense(), Math.max(always, flops.limit())),
            true);
      }
    };
  }

  /** What was counted or timed. */
  static RunCost exact(CostModel model, StructureConfig structure, Network network) {
    double dense = model.cost(Mask.full(network.groupChannels()));
    return new RunCost(model, dense, structure.budget().limit(dense), false);
  }
}
