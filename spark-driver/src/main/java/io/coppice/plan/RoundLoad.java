package io.coppice.plan;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.NetworkCost;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.Precision;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.ShardSummation;
import java.util.function.ToDoubleFunction;

/**
 * What a round has to do, in the numbers from which its time follows.
 *
 * @param shards number of shards
 * @param localSteps steps that each of them takes
 * @param imagesOfShard images of a shard's step
 * @param passFlops floating-point operations for an image of a step: the trained mask's counted
 *     three times, forward and twice as much backward, every probe's once
 * @param passValues values of all layers for an image of a step, counted likewise
 * @param passLayers layers of a step, counted likewise
 * @param bytesOut weights that every executor is sent
 * @param bytesOfShard gradient and statistics of a shard
 * @param modelBytes weights of the dense network, all of which the driver moves
 */
public record RoundLoad(
    int shards,
    int localSteps,
    int imagesOfShard,
    double passFlops,
    double passValues,
    double passLayers,
    long bytesOut,
    long bytesOfShard,
    long modelBytes) {

  /** A backward pass computes twice what a forward pass does. */
  private static final int TRAINED_PASSES = 3;

  /**
   * That of some masks.
   *
   * @param masks of the round
   * @param shards number of shards
   * @param imagesOfShard images of a shard's step
   * @param wire how precisely weights and gradients travel
   */
  public static RoundLoad of(
      Network network, RoundMasks masks, int shards, int imagesOfShard, Precision wire) {
    CompactNetworks networks = new CompactNetworks(network);
    CostModel flops = NetworkCost.flops(network);
    return new RoundLoad(
        shards,
        masks.steps(),
        imagesOfShard,
        passes(masks, flops::cost),
        passes(masks, mask -> values(networks.of(mask))),
        passes(masks, mask -> network.nodes().size()),
        (long) networks.parametersOf(masks.distinct()).size() * wire.bytes(),
        (long) new ShardSummation(networks, masks).size() * wire.bytes(),
        (long) CompactNetwork.dense(network).parameters().size() * Float.BYTES);
  }

  /** Mean over the steps. */
  private static double passes(RoundMasks masks, ToDoubleFunction<Mask> ofForwardPass) {
    double sum = 0;
    for (StepMasks step : masks.all()) {
      sum += TRAINED_PASSES * ofForwardPass.applyAsDouble(step.trained());
      for (Mask probe : step.probes()) {
        sum += ofForwardPass.applyAsDouble(probe);
      }
    }
    return sum / masks.all().size();
  }

  private static double values(CompactNetwork compact) {
    double values = 0;
    for (Node node : compact.network().nodes()) {
      values += (double) compact.channels(node.index()) * node.shape().area();
    }
    return values;
  }

  /** The same of another number of shards that share the images of a step. */
  public RoundLoad withShards(int newShards) {
    int images = Math.max(1, imagesOfShard * shards / newShards);
    return new RoundLoad(
        newShards,
        localSteps,
        images,
        passFlops,
        passValues,
        passLayers,
        bytesOut,
        bytesOfShard,
        modelBytes);
  }

  /** The same of another number of local steps, with the same masks in all of them. */
  public RoundLoad withLocalSteps(int newLocalSteps) {
    return new RoundLoad(
        shards,
        newLocalSteps,
        imagesOfShard,
        passFlops,
        passValues,
        passLayers,
        bytesOut,
        bytesOfShard,
        modelBytes);
  }

  /** Images of all shards and steps. */
  public long images() {
    return (long) shards * localSteps * imagesOfShard;
  }

  /** Bytes of sums that come to the driver. */
  public long bytesToDriver(boolean addedOnExecutors) {
    return addedOnExecutors ? bytesOfShard : shards * bytesOfShard;
  }
}
