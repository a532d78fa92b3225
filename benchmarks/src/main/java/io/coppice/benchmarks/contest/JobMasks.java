package io.coppice.benchmarks.contest;

import io.coppice.compact.NetworkCost;
import io.coppice.network.Network;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StepMasks;
import io.coppice.structure.StructureSpace;

/** Pairs of masks drawn from equal probabilities that meet a job's budget on average. */
public final class JobMasks {

  private final MaskSampler sampler;
  private final double[] probabilities;

  public JobMasks(Job job, Network network) {
    StructureSpace space = new StructureSpace(network.groupChannels(), job.granularity());
    CostModel cost =
        switch (job.cost()) {
          case "flops" -> NetworkCost.flops(network);
          case "channels" -> NetworkCost.channels(network);
          default ->
              throw new IllegalArgumentException(
                  "a budget counts flops or channels, found " + job.cost());
        };
    double limit = job.budget() * cost.cost(Mask.full(network.groupChannels()));
    this.sampler = new MaskSampler(space);
    this.probabilities = new BudgetProjection(space, cost).uniform(limit);
  }

  /** The pair of the given number, the same in every process. */
  public StepMasks pair(long number) {
    return new StepMasks(draw(number, 0), draw(number, 1));
  }

  private Mask draw(long number, long which) {
    return sampler.draw(
        probabilities, CounterRandom.of(Job.SEED, Purpose.STRUCTURE_MASK, number, which));
  }
}
