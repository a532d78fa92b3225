package io.coppice.spark;

import io.coppice.compact.NetworkExecutor;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.train.Evaluator;
import io.coppice.train.ShardStep;
import io.coppice.train.StatisticsEstimator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What one running task computes with: an executor of the network and the data's readers. For one
 * thread at a time.
 */
final class TaskWorker implements AutoCloseable {

  private final TaskSettings settings;
  private final Network network;
  private final NetworkExecutor executor;
  private final ShardStep step;
  private final Map<Integer, Minibatches> shardMinibatches = new HashMap<>();
  private final String name = UUID.randomUUID().toString();

  TaskWorker(TaskSettings settings) {
    this.settings = settings;
    this.network = settings.network();
    this.executor = new NetworkExecutor(network, settings.shardBatch());
    this.step = new ShardStep(network, executor);
  }

  /** Different for every worker of every JVM. */
  String name() {
    return name;
  }

  Network network() {
    return network;
  }

  NetworkExecutor executor() {
    return executor;
  }

  ShardStep step() {
    return step;
  }

  Evaluator evaluator() {
    return new Evaluator(executor, network.inputShape().size());
  }

  StatisticsEstimator statisticsEstimator() {
    return new StatisticsEstimator(executor, network.inputShape().size());
  }

  /** Augmented minibatches of a shard. */
  Minibatches minibatches(int shard, ImageSet images) {
    return shardMinibatches.computeIfAbsent(
        shard,
        unused ->
            new Minibatches(
                images, settings.normalisation(), settings.augmentation(), settings.seed(), shard));
  }

  /** Images as they are. */
  Minibatches plain(ImageSet images) {
    return new Minibatches(images, settings.normalisation(), Augmentation.NONE, settings.seed(), 0);
  }

  @Override
  public void close() {
    executor.close();
  }
}
