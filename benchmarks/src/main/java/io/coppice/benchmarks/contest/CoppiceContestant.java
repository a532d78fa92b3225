package io.coppice.benchmarks.contest;

import io.coppice.compact.NetworkCost;
import io.coppice.compact.NetworkExecutor;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.onednn.Activity;
import io.coppice.onednn.KernelCache;
import io.coppice.onednn.Precision;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.SgdOptions;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardStep;
import io.coppice.train.ShardSummation;
import io.coppice.train.StepSums;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Coppice itself, without Spark: one single-threaded shard a core, then the driver's update. */
public final class CoppiceContestant implements Contestant {

  /** Every channel, no probe. */
  public static final String DENSE = "dense";

  /** The same pair of masks in every step. */
  public static final String PAIRED_FIXED = "paired-fixed";

  /** A new pair of masks in every step. */
  public static final String PAIRED_RESAMPLED = "paired-resampled";

  private final Job job;
  private final Network network;
  private final CostModel flops;
  private final Mask full;
  private final ModelState model;
  private final List<NetworkExecutor> executors = new ArrayList<>();
  private final List<ShardStep> steps = new ArrayList<>();
  private final List<Minibatches> minibatches = new ArrayList<>();
  private final ExecutorService threads;
  private final JobMasks draws;
  private final StepMasks firstPair;
  private long round;
  private long updateNanos;
  private long waitingNanos;

  private CoppiceContestant(Job job) {
    this.job = job;
    this.network = job.toNetwork();
    this.flops = NetworkCost.flops(network);
    this.full = Mask.full(network.groupChannels());
    this.model = new ModelState(network, SgdOptions.plain(Job.MOMENTUM, Job.WEIGHT_DECAY), 0);
    System.arraycopy(job.weights(), 0, model.parameters(), 0, model.parameters().length);
    this.threads = Executors.newFixedThreadPool(job.shards());
    this.draws = new JobMasks(job, network);
    this.firstPair = job.variant().equals(DENSE) ? new StepMasks(full) : draws.pair(0);
    for (int shard = 0; shard < job.shards(); shard++) {
      NetworkExecutor executor = new NetworkExecutor(network, job.shardBatch(), job.precision());
      executors.add(executor);
      steps.add(new ShardStep(model.networks(), executor, 0, Precision.FLOAT32));
      minibatches.add(job.minibatches(shard));
    }
  }

  /** The child process. */
  public static void main(String[] arguments) throws IOException {
    ContestantServer.serve(arguments, CoppiceContestant::new);
    System.exit(0);
  }

  @Override
  public double loss() {
    StepMasks dense = new StepMasks(full);
    return computeShards(work(dense, 0)).stream()
        .mapToDouble(outcome -> outcome.result().loss())
        .average()
        .orElseThrow();
  }

  @Override
  public StepFigures step() {
    StepMasks pair = job.variant().equals(PAIRED_RESAMPLED) ? draws.pair(round) : firstPair;
    long start = System.nanoTime();
    RoundWork work = work(pair, round);
    updateNanos += System.nanoTime() - start;
    start = System.nanoTime();
    List<ShardOutcome> outcomes = computeShards(work);
    long computed = System.nanoTime() - start;
    double meanCompute =
        outcomes.stream()
            .mapToLong(outcome -> outcome.result().computeNanos())
            .average()
            .orElseThrow();
    waitingNanos += computed - (long) meanCompute;
    start = System.nanoTime();
    List<StepSums> ofShards = outcomes.stream().map(ShardOutcome::sums).toList();
    StepSums sums = new ShardSummation(model.networks(), work.masks()).sum(ofShards);
    model.apply(work, job.shards(), sums, Job.LEARNING_RATE);
    updateNanos += System.nanoTime() - start;
    round++;
    return new StepFigures(
        job.batch(),
        Job.flopsRatio(flops, full, pair),
        Job.flopsRatio(flops, full, stored(pair)),
        (double) pair.trained().activeCount() / full.activeCount());
  }

  private RoundWork work(StepMasks pair, long epoch) {
    RoundMasks masks = RoundMasks.of(pair);
    return new RoundWork(
        epoch, epoch, 0, Job.LEARNING_RATE, masks, model.parametersOf(masks.distinct()));
  }

  private List<ShardOutcome> computeShards(RoundWork work) {
    List<Future<ShardOutcome>> pending = new ArrayList<>();
    for (int shard = 0; shard < job.shards(); shard++) {
      int number = shard;
      pending.add(
          threads.submit(() -> steps.get(number).run(number, work, minibatches.get(number))));
    }
    List<ShardOutcome> outcomes = new ArrayList<>();
    try {
      for (Future<ShardOutcome> outcome : pending) {
        outcomes.add(outcome.get());
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a shard failed", e);
    }
    return outcomes;
  }

  private StepMasks stored(StepMasks masks) {
    return new StepMasks(
        stored(masks.trained()), masks.probes().stream().map(this::stored).toList());
  }

  /** A mask with as many channels as lie in memory: counts rounded up to whole blocks. */
  private Mask stored(Mask mask) {
    Mask.Builder builder = Mask.builder(network.groupChannels());
    for (int group = 0; group < network.groups().size(); group++) {
      int count = executors.get(0).context().padded(mask.activeCount(group));
      builder.activate(group, 0, Math.min(count, network.groups().get(group).channels()));
    }
    return builder.build();
  }

  @Override
  public Map<String, Double> totals() {
    Map<String, Double> totals = new LinkedHashMap<>();
    for (Activity activity : Activity.values()) {
      long nanos = 0;
      for (NetworkExecutor executor : executors) {
        nanos += executor.context().times().nanos(activity) / executors.size();
      }
      totals.put(activity.text(), nanos / 1e6);
    }
    totals.put("waiting for the slowest", waitingNanos / 1e6);
    totals.put("update", updateNanos / 1e6);
    executors.forEach(executor -> executor.context().times().clear());
    updateNanos = 0;
    waitingNanos = 0;
    return totals;
  }

  @Override
  public Map<String, Double> kernelCache() {
    KernelCache.Statistics statistics = executors.get(0).context().kernelStatistics();
    return Map.of(
        "hits", (double) statistics.hits(),
        "misses", (double) statistics.misses(),
        "evictions", (double) statistics.evictions(),
        "shapes", (double) statistics.shapes(),
        "bytes", (double) statistics.bytes());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    executors.forEach(NetworkExecutor::close);
  }
}
