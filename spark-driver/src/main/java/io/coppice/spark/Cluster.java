package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import io.coppice.train.Evaluation;
import io.coppice.train.MaskPair;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * The driver's view of the executors: Spark jobs of one stage, one task a shard (or candidate, or
 * slice), whose results come back in the order of the shards whatever the order of arrival. Tasks
 * keep nothing between jobs but caches.
 */
final class Cluster implements AutoCloseable {

  private static final int TIMED_STEPS = 7;

  private final JavaSparkContext spark;
  private final TaskSettings settings;
  private final List<Broadcast<ImageSet>> shards = new ArrayList<>();
  private final Broadcast<ImageSet> heldBack;
  private final Broadcast<ImageSet> test;
  private final JavaRDD<Integer> shardNumbers;

  Cluster(
      JavaSparkContext spark,
      TaskSettings settings,
      List<ImageSet> shards,
      ImageSet heldBack,
      ImageSet test) {
    this.spark = spark;
    this.settings = settings;
    for (ImageSet shard : shards) {
      this.shards.add(spark.broadcast(shard));
    }
    this.heldBack = spark.broadcast(heldBack);
    this.test = spark.broadcast(test);
    this.shardNumbers = numbers(shards.size());
  }

  /** One paired step of every shard. */
  List<ShardResult> runRound(RoundWork work) {
    return runOnce(work, shardNumbers, broadcast -> stepTask(settings, broadcast, shards));
  }

  /** Estimates the statistics of each candidate mask and evaluates it on the images held back. */
  List<CandidateResult> judge(CandidateWork work) {
    Broadcast<ImageSet> first = shards.get(0);
    return runOnce(
        work,
        numbers(work.masks().size()),
        broadcast -> candidateTask(settings, broadcast, first, heldBack));
  }

  /** Evaluates a compact network, of which {@code work} holds the only mask, on the test images. */
  Evaluation evaluate(CandidateWork work, float[] statistics) {
    int slices = shards.size();
    List<Evaluation> parts =
        runOnce(
            work,
            numbers(slices),
            broadcast -> evaluationTask(settings, broadcast, statistics, test, slices));
    return parts.stream().reduce(Evaluation.NONE, Evaluation::plus);
  }

  /** Times the given round's step against a dense step, as many at once as there are shards. */
  List<StepTiming> timeSteps(RoundWork work, float[] denseParameters) {
    Broadcast<float[]> dense = spark.broadcast(denseParameters);
    try {
      return runOnce(
          work, shardNumbers, broadcast -> timingTask(settings, broadcast, dense, shards));
    } finally {
      dense.destroy();
    }
  }

  private interface Job<W, R> {
    Function<Integer, R> task(Broadcast<W> work);
  }

  private <W, R> List<R> runOnce(W work, JavaRDD<Integer> indices, Job<W, R> job) {
    Broadcast<W> broadcast = spark.broadcast(work);
    try {
      return indices.map(job.task(broadcast)).collect();
    } finally {
      broadcast.destroy();
    }
  }

  private JavaRDD<Integer> numbers(int count) {
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  private static Function<Integer, ShardResult> stepTask(
      TaskSettings settings, Broadcast<RoundWork> work, List<Broadcast<ImageSet>> shards) {
    return shard ->
        TaskWorkers.with(
            settings,
            worker ->
                worker
                    .step()
                    .run(
                        shard, work.value(), worker.minibatches(shard, shards.get(shard).value())));
  }

  private static Function<Integer, CandidateResult> candidateTask(
      TaskSettings settings,
      Broadcast<CandidateWork> work,
      Broadcast<ImageSet> shard,
      Broadcast<ImageSet> heldBack) {
    return candidate ->
        TaskWorkers.with(
            settings,
            worker -> {
              CandidateWork all = work.value();
              CompactNetwork compact =
                  CompactNetwork.of(worker.network(), all.masks().get(candidate));
              Weights weights = all.weights(worker.network());
              float[] statistics =
                  worker
                      .statisticsEstimator()
                      .estimate(
                          compact,
                          weights,
                          worker.minibatches(0, shard.value()),
                          all.epoch(),
                          all.statisticsBatches());
              ImageSet images = heldBack.value();
              Evaluation evaluation =
                  worker
                      .evaluator()
                      .evaluate(
                          compact, weights, statistics, plain(settings, images), 0, images.size());
              return new CandidateResult(evaluation, statistics);
            });
  }

  private static Function<Integer, Evaluation> evaluationTask(
      TaskSettings settings,
      Broadcast<CandidateWork> work,
      float[] statistics,
      Broadcast<ImageSet> test,
      int slices) {
    return slice ->
        TaskWorkers.with(
            settings,
            worker -> {
              CandidateWork only = work.value();
              CompactNetwork compact = CompactNetwork.of(worker.network(), only.masks().get(0));
              ImageSet images = test.value();
              int from = (int) ((long) images.size() * slice / slices);
              int to = (int) ((long) images.size() * (slice + 1) / slices);
              return worker
                  .evaluator()
                  .evaluate(
                      compact,
                      only.weights(worker.network()),
                      statistics,
                      plain(settings, images),
                      from,
                      to);
            });
  }

  private static Function<Integer, StepTiming> timingTask(
      TaskSettings settings,
      Broadcast<RoundWork> work,
      Broadcast<float[]> denseParameters,
      List<Broadcast<ImageSet>> shards) {
    return shard ->
        TaskWorkers.with(
            settings,
            worker -> {
              Minibatches minibatches = worker.minibatches(shard, shards.get(shard).value());
              RoundWork sparse = work.value();
              RoundWork dense = denseWork(worker.network(), sparse, denseParameters.value());
              long[] sparseNanos = new long[TIMED_STEPS];
              long[] denseNanos = new long[TIMED_STEPS];
              worker.step().run(shard, sparse, minibatches);
              worker.step().run(shard, dense, minibatches);
              for (int i = 0; i < TIMED_STEPS; i++) {
                sparseNanos[i] = worker.step().run(shard, sparse, minibatches).computeNanos();
                denseNanos[i] = worker.step().run(shard, dense, minibatches).computeNanos();
              }
              Arrays.sort(sparseNanos);
              Arrays.sort(denseNanos);
              return new StepTiming(sparseNanos[TIMED_STEPS / 2], denseNanos[TIMED_STEPS / 2]);
            });
  }

  private static RoundWork denseWork(Network network, RoundWork like, float[] parameters) {
    Mask full = Mask.full(network.groupChannels());
    return new RoundWork(
        like.round(),
        like.epoch(),
        like.step(),
        List.of(new MaskPair(full, null)),
        full,
        parameters);
  }

  private static Minibatches plain(TaskSettings settings, ImageSet images) {
    return new Minibatches(images, settings.normalisation(), Augmentation.NONE, settings.seed(), 0);
  }

  @Override
  public void close() {
    shards.forEach(Broadcast::destroy);
    heldBack.destroy();
    test.destroy();
    TaskWorkers.release(settings.runId());
  }
}
