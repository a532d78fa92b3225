package io.coppice.strategy;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.structure.StructureSpace;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import io.coppice.train.StepSums;
import io.coppice.train.TakenRound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rounds that nobody computes: a network of two groups of six channels, of which the first three of
 * the first and the last three of the second are useful, and a loss that falls with every useful
 * one.
 */
final class SimulatedTraining {

  static final StructureSpace SPACE = new StructureSpace(new int[] {6, 6}, 1);
  static final int CHANNELS = 12;
  static final int LIMIT = 6;
  static final int SHARDS = 3;

  static final Network NETWORK = network();

  private static final CompactNetworks NETWORKS = new CompactNetworks(NETWORK);
  private static final CostModel COST =
      new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));

  private SimulatedTraining() {}

  private static Network network() {
    NetworkBuilder builder = new NetworkBuilder("two-groups", new Shape(3, 4, 4));
    int first = builder.convolution("first", builder.input(), 6, 3, 1);
    int firstNorm = builder.batchNormRelu("first.norm", first);
    int second = builder.convolution("second", firstNorm, 6, 3, 1);
    int pooled = builder.globalAveragePool("pool", builder.batchNormRelu("second.norm", second));
    return builder.linear("classes", pooled, 2);
  }

  /** Half of the channels, from the end of a ramp on. */
  static Budget budget(long rampRounds) {
    return new Budget(SPACE, COST, new CubicRamp(CHANNELS, LIMIT, rampRounds));
  }

  static Mask useful() {
    return Mask.builder(SPACE.groupChannels()).activate(0, 0, 3).activate(1, 3, 3).build();
  }

  static double loss(Mask mask) {
    double loss = 3;
    for (int i = 0; i < 3; i++) {
      loss -= mask.isActive(0, i) ? 0.4 : 0;
      loss -= mask.isActive(1, 3 + i) ? 0.4 : 0;
    }
    return loss;
  }

  /** Takes a round and learns from it. */
  static RoundMasks takeRound(StructureStrategy strategy, long round, int steps) {
    RoundMasks masks = strategy.masks(round, steps);
    strategy.learn(taken(round, masks));
    return masks;
  }

  /** A round with some masks, in which all weights are 1 and all gradients 0. */
  static TakenRound taken(long round, RoundMasks masks) {
    float[] parameters = new float[NETWORKS.parametersOf(masks.distinct()).size()];
    Arrays.fill(parameters, 1);
    CompactNetwork trained = NETWORKS.of(masks.trained());
    return new TakenRound(
        new RoundWork(round, 0, 0, 0.1, masks, parameters),
        results(masks),
        new StepSums(
            new float[trained.parameters().size()], new float[trained.statistics().size()]),
        NETWORKS);
  }

  private static List<ShardResult> results(RoundMasks masks) {
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      double[] losses = new double[masks.steps()];
      double[][] probeLosses = new double[masks.steps()][];
      for (int step = 0; step < losses.length; step++) {
        StepMasks stepMasks = masks.of(shard, step);
        losses[step] = loss(stepMasks.trained());
        probeLosses[step] =
            stepMasks.probes().stream().mapToDouble(SimulatedTraining::loss).toArray();
      }
      results.add(new ShardResult(shard, losses, probeLosses, 0, 1, null, 0, 0));
    }
    return results;
  }
}
