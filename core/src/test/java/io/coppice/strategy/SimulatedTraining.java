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
import java.util.function.ToDoubleFunction;

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

  static final Network NETWORK = network(6);

  private static final CompactNetworks NETWORKS = new CompactNetworks(NETWORK);
  private static final CostModel COST =
      new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));

  private SimulatedTraining() {}

  /** A network of two groups of so many channels. */
  static Network network(int channels) {
    NetworkBuilder builder = new NetworkBuilder("two-groups", new Shape(3, 4, 4));
    int first = builder.convolution("first", builder.input(), channels, 3, 1);
    int firstNorm = builder.batchNormRelu("first.norm", first);
    int second = builder.convolution("second", firstNorm, channels, 3, 1);
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
    return taken(round, masks, SimulatedTraining::loss, NETWORKS);
  }

  /** The same of another network with other losses. */
  static TakenRound taken(
      long round, RoundMasks masks, ToDoubleFunction<Mask> loss, CompactNetworks networks) {
    float[] parameters = new float[networks.parametersOf(masks.distinct()).size()];
    Arrays.fill(parameters, 1);
    CompactNetwork trained = networks.of(masks.trained());
    return new TakenRound(
        new RoundWork(round, 0, 0, 0.1, masks, parameters),
        results(masks, loss),
        new StepSums(
            new float[trained.parameters().size()], new float[trained.statistics().size()]),
        networks);
  }

  private static List<ShardResult> results(RoundMasks masks, ToDoubleFunction<Mask> loss) {
    List<ShardResult> results = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      double[] losses = new double[masks.steps()];
      double[][] probeLosses = new double[masks.steps()][];
      for (int step = 0; step < losses.length; step++) {
        StepMasks stepMasks = masks.of(shard, step);
        losses[step] = loss.applyAsDouble(stepMasks.trained());
        probeLosses[step] = stepMasks.probes().stream().mapToDouble(loss).toArray();
      }
      results.add(new ShardResult(shard, losses, probeLosses, 0, 1, null, 0, 0));
    }
    return results;
  }
}
