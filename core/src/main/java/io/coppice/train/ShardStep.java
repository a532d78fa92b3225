package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.structure.Mask;

/**
 * One paired step of one shard: forward and backward with the trained mask, forward with the probe,
 * on one minibatch. Everything it computes follows from its arguments; the executor is only memory
 * and kernels.
 */
public final class ShardStep {

  private final Network network;
  private final NetworkExecutor executor;
  private final float[] images;
  private final int[] labels;

  public ShardStep(Network network, NetworkExecutor executor) {
    this.network = network;
    this.executor = executor;
    this.images = new float[executor.batch() * network.inputShape().size()];
    this.labels = new int[executor.batch()];
  }

  /** Takes the step of a round. */
  public ShardResult run(int shard, RoundWork work, Minibatches minibatches) {
    long start = System.nanoTime();
    minibatches.fill(work.epoch(), work.step(), images, labels);
    MaskPair pair = work.pair(shard);
    Weights weights = work.weights(network);

    CompactNetwork trained = CompactNetwork.of(network, pair.trained());
    float[] gradient = new float[trained.parameters().size()];
    float[] statistics = new float[trained.statistics().size()];
    BatchResult result =
        executor.forwardBackward(trained, weights, images, labels, gradient, statistics);

    double probeLoss = Double.NaN;
    Mask probe = pair.probe();
    if (probe != null) {
      CompactNetwork probed = CompactNetwork.of(network, probe);
      probeLoss = executor.forward(probed, weights, images, labels).loss();
    }
    return new ShardResult(
        shard,
        result.loss(),
        probeLoss,
        result.correct(),
        executor.batch(),
        gradient,
        statistics,
        System.nanoTime() - start);
  }
}
