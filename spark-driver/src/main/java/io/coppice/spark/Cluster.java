package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.data.Augmentation;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.network.Network;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.structure.Mask;
import io.coppice.train.Evaluation;
import io.coppice.train.MaskPair;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SizeEstimator;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;

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
  private final RDD<Integer> shardNumbers;
  private final StepHook hook;
  private final int deadlineSeconds;
  private final RunningTasks runningTasks;
  private final InstructionSets instructionSets;
  private long jobs;
  private volatile boolean stopped;
  private volatile @Nullable FutureAction<?> running;

  /**
   * @param deadlineSeconds after which a job is given up; 0: never
   * @param instructionSets learns those of the executors
   * @param hook called before every shard's steps
   */
  Cluster(
      JavaSparkContext spark,
      TaskSettings settings,
      int deadlineSeconds,
      InstructionSets instructionSets,
      StepHook hook,
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
    this.deadlineSeconds = deadlineSeconds;
    this.instructionSets = instructionSets;
    this.hook = hook;
    this.runningTasks = new RunningTasks(spark.sc());
    spark.sc().addSparkListener(runningTasks);
    // A task that is given up should stop waiting for whatever it waits for.
    spark.setLocalProperty("spark.job.interruptOnCancel", "true");
  }

  /** The local steps of every shard. */
  JobOutcome<ShardResult> runRound(String phase, RoundWork work) {
    return runOnce(
        "round " + work.round() + " (" + phase + ")", work, shardNumbers, stepTask(shards, hook));
  }

  /** Estimates the statistics of each candidate mask and evaluates it on the images held back. */
  List<CandidateResult> judge(CandidateWork work) {
    return runOnce(
            "the evaluation of " + work.masks().size() + " masks",
            work,
            numbers(work.masks().size()),
            candidateTask(settings, shards.get(0), heldBack))
        .results();
  }

  /** Evaluates a compact network, of which {@code work} holds the only mask, on the test images. */
  Evaluation evaluate(CandidateWork work, float[] statistics) {
    int slices = shards.size();
    return runOnce(
            "the evaluation on the test images",
            work,
            numbers(slices),
            evaluationTask(settings, statistics, test, slices))
        .results()
        .stream()
        .reduce(Evaluation.NONE, Evaluation::plus);
  }

  /** Times the given round's step against a dense step, as many at once as there are shards. */
  List<StepTiming> timeSteps(RoundWork work, float[] denseParameters) {
    Broadcast<float[]> dense = spark.broadcast(denseParameters);
    try {
      return runOnce("the timing of steps", work, shardNumbers, timingTask(dense, shards))
          .results();
    } finally {
      dense.destroy();
    }
  }

  /** Runs a job of one stage; ends it where it does not end in time or the run is stopped. */
  private <W, R> JobOutcome<R> runOnce(String what, W work, RDD<Integer> indices, Task<W, R> task) {
    requireNotStopped();
    long start = System.nanoTime();
    Exchange<W, R> exchange = new Exchange<>(spark, settings.runId() + "-" + jobs++, work);
    long sendNanos = System.nanoTime() - start;
    try {
      FutureAction<TaskReply[]> job = new TaskRdd<>(indices, settings, exchange, task).submit();
      running = job;
      if (stopped) {
        job.cancel();
      }
      TaskReply[] replies = await(what, job);
      instructionSets.add(Arrays.stream(replies).map(TaskReply::instructionSet).toList());
      List<R> results = new ArrayList<>();
      long bytesBack = 0;
      for (TaskReply reply : replies) {
        R result = exchange.receive(reply.result());
        results.add(result);
        bytesBack += SizeEstimator.estimate(result);
      }
      return new JobOutcome<>(
          results,
          Arrays.stream(replies).map(TaskReply::worker).toList(),
          exchange.workBytes(),
          bytesBack,
          sendNanos);
    } catch (IllegalStateException e) {
      if (spark.sc().isStopped()) {
        throw new ClusterLostException(what + ": Spark has stopped: " + e.getMessage(), e);
      }
      throw e;
    } finally {
      running = null;
      exchange.close(spark);
    }
  }

  private <T> T await(String what, FutureAction<T> job) {
    try {
      return Await.result(
          job,
          deadlineSeconds == 0
              ? Duration.Inf()
              : Duration.apply(deadlineSeconds, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      String tasks = runningTasks.describe();
      job.cancel();
      throw new ClusterLostException(
          what
              + " did not end within the "
              + deadlineSeconds
              + " seconds of distribution.roundDeadlineSeconds; what runs (a task's number is that of its"
              + " shard):\n"
              + tasks,
          e);
    } catch (InterruptedException e) {
      job.cancel();
      Thread.currentThread().interrupt();
      throw new StoppedException("interrupted");
    } catch (Exception e) {
      // Scala declares no exceptions; Spark's own is a checked one.
      requireNotStopped();
      throw new ClusterLostException(what + " failed: " + firstLines(e), e);
    }
  }

  /** Spark's message ends with the stack of its driver, which tells nothing. */
  private static String firstLines(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int driverStack = message.indexOf("\nDriver stacktrace");
    return driverStack < 0 ? message : message.substring(0, driverStack);
  }

  private void requireNotStopped() {
    if (stopped) {
      throw new StoppedException("the run was asked to stop");
    }
  }

  /** Ends the job that runs, and lets no other begin. May be called by any thread. */
  void stop() {
    stopped = true;
    FutureAction<?> job = running;
    if (job != null) {
      job.cancel();
    }
  }

  private RDD<Integer> numbers(int count) {
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count).rdd();
  }

  private static Task<RoundWork, ShardResult> stepTask(
      List<Broadcast<ImageSet>> shards, StepHook hook) {
    return (worker, work, shard) -> {
      hook.beforeSteps(work.round(), shard, TaskContext.get().attemptNumber());
      return worker.step().run(shard, work, worker.minibatches(shard, shards.get(shard).value()));
    };
  }

  private static Task<CandidateWork, CandidateResult> candidateTask(
      TaskSettings settings, Broadcast<ImageSet> shard, Broadcast<ImageSet> heldBack) {
    return (worker, all, candidate) -> {
      CompactNetwork compact = CompactNetwork.of(worker.network(), all.masks().get(candidate));
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
              .evaluate(compact, weights, statistics, plain(settings, images), 0, images.size());
      return new CandidateResult(evaluation, statistics);
    };
  }

  private static Task<CandidateWork, Evaluation> evaluationTask(
      TaskSettings settings, float[] statistics, Broadcast<ImageSet> test, int slices) {
    return (worker, only, slice) -> {
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
    };
  }

  private static Task<RoundWork, StepTiming> timingTask(
      Broadcast<float[]> denseParameters, List<Broadcast<ImageSet>> shards) {
    return (worker, sparse, shard) -> {
      Minibatches minibatches = worker.minibatches(shard, shards.get(shard).value());
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
    };
  }

  private static RoundWork denseWork(Network network, RoundWork like, float[] parameters) {
    Mask full = Mask.full(network.groupChannels());
    return new RoundWork(
        like.round(),
        like.epoch(),
        like.firstStep(),
        1,
        like.learningRate(),
        List.of(new MaskPair(full, null)),
        parameters);
  }

  private static Minibatches plain(TaskSettings settings, ImageSet images) {
    return new Minibatches(images, settings.normalisation(), Augmentation.NONE, settings.seed(), 0);
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(runningTasks);
    if (spark.sc().isStopped()) {
      TaskWorkers.release(settings.runId());
      return;
    }
    shards.forEach(Broadcast::destroy);
    heldBack.destroy();
    test.destroy();
    TaskWorkers.release(settings.runId());
  }
}
