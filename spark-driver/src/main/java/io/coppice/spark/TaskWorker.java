package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.NetworkExecutor;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import io.coppice.train.Evaluator;
import io.coppice.train.ShardStep;
import io.coppice.train.StatisticsEstimator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one running task computes with: an executor of the network and the data's readers. For one
 * thread at a time.
 */
final class TaskWorker implements AutoCloseable {

  private final TaskSettings settings;
  private final RunInJvm run;
  private final CompactNetworks networks;
  private final Network network;
  private final NetworkExecutor executor;
  private @Nullable NetworkExecutor judge;
  private final ShardStep step;
  private final Map<Integer, Minibatches> shardMinibatches = new HashMap<>();
  private volatile boolean closed;
  private final String name = UUID.randomUUID().toString();

  /**
   * @param run which it is a worker of
   */
  TaskWorker(TaskSettings settings, RunInJvm run) {
    this.run = run;
    this.settings = settings;
    this.networks = run.networks(settings);
    this.network = networks.network();
    this.executor = new NetworkExecutor(network, settings.shardBatch(), settings.precision());
    this.step = new ShardStep(networks, executor, settings.labelSmoothing(), settings.wire());
  }

  /** Different for every worker of every JVM. */
  String name() {
    return name;
  }

  /** Whether its native memory was freed. */
  boolean isClosed() {
    return closed;
  }

  /** What the driver handed out; to be read only. */
  <T> T value(Handout<T> handout) {
    return handout.value(run);
  }

  Network network() {
    return network;
  }

  /** The run's compact networks, which all workers of this JVM share. */
  CompactNetworks networks() {
    return networks;
  }

  /** The compact networks of some masks. */
  List<CompactNetwork> compacts(List<Mask> masks) {
    return masks.stream().map(networks::of).toList();
  }

  /** What steps are computed with. */
  NetworkExecutor executor() {
    return executor;
  }

  /**
   * What computes by which models are judged: in 32-bit floats, as whoever uses a model does,
   * however precisely steps compute.
   */
  private NetworkExecutor judge() {
    if (settings.precision() == Precision.FLOAT32) {
      return executor;
    }
    if (judge == null) {
      judge = new NetworkExecutor(network, settings.shardBatch());
    }
    return judge;
  }

  ShardStep step() {
    return step;
  }

  Evaluator evaluator() {
    return new Evaluator(judge(), network.inputShape().size());
  }

  StatisticsEstimator statisticsEstimator() {
    return new StatisticsEstimator(judge(), network.inputShape().size());
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
    closed = true;
    executor.close();
    if (judge != null) {
      judge.close();
    }
  }
}
