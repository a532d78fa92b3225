package io.coppice.spark;

import io.coppice.reduction.SliceSums;
import io.coppice.reduction.SliceSumsRdd;
import io.coppice.reduction.Slicing;
import io.coppice.shards.ExecutorImages;
import io.coppice.shards.ImageRange;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardResult;
import io.coppice.train.ShardSummation;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/**
 * Has workers on executors do a run's work: packs it, sends tasks to where their images are, and
 * unpacks what comes back.
 */
final class JobRunner implements AutoCloseable {

  /** For which executors are waited for at the end of a run. */
  private static final int PATIENCE_SECONDS = 10;

  private final JavaSparkContext spark;
  private final SparkJobs sparkJobs;
  private final RunInJvm run;
  private final TaskSettings settings;
  private final ExecutorImages images;
  private final InstructionSets instructionSets;
  private final Placement placement;
  private long jobs;

  /**
   * @param run what the run keeps in the driver's JVM
   * @param images that tasks read
   * @param instructionSets learns those of the executors
   */
  JobRunner(
      SparkJobs sparkJobs,
      RunInJvm run,
      TaskSettings settings,
      ExecutorImages images,
      InstructionSets instructionSets) {
    this.spark = sparkJobs.spark();
    this.sparkJobs = sparkJobs;
    this.run = run;
    this.settings = settings;
    this.images = images;
    this.instructionSets = instructionSets;
    this.placement = new Placement(spark.sc());
    spark.sc().addSparkListener(placement);
  }

  /**
   * Runs a job.
   *
   * @param what it does, for messages
   * @param work the same for all tasks
   * @param imagesOfTasks the images that each task reads
   */
  <W, R> JobOutcome<R> run(
      String what, W work, List<List<ImageRange>> imagesOfTasks, Task<W, R> task) {
    return send(
        what,
        work,
        (handout, sendNanos) -> {
          Replies replies = replies(what, tasks(handout, imagesOfTasks, task));
          return outcome(
              handout, sendNanos, replies.nanos(), imagesOfTasks, List.of(replies.ofTasks()));
        });
  }

  /**
   * Runs the steps of a round in two stages, the second of which adds up what the shards give.
   *
   * @param what it does, for messages
   * @param imagesOfShards the images that each shard reads
   * @param summation says what is added up
   */
  RoundOutcome runAndAdd(
      String what,
      RoundWork work,
      List<List<ImageRange>> imagesOfShards,
      Task<RoundWork, ShardOutcome> task,
      ShardSummation summation) {
    Slicing slicing = Slicing.of(summation.size(), imagesOfShards.size());
    return send(
        what,
        work,
        (handout, sendNanos) -> {
          ShardSlicesRdd shards = new ShardSlicesRdd(tasks(handout, imagesOfShards, task), slicing);
          try (SliceSumsRdd job = new SliceSumsRdd(shards, slicing)) {
            Replies replies = replies(what, job);
            SliceSums sums = SliceSums.of(slicing, replies.ofTasks());
            JobOutcome<ShardResult> told =
                outcome(handout, sendNanos, replies.nanos(), imagesOfShards, sums.besides());
            return RoundOutcome.onExecutors(told.withBytesBack(sums.bytes()), sums, summation);
          }
        });
  }

  /** Something to be done with what was handed out, which took so many nanoseconds. */
  private interface Sent<W, T> {
    T use(Handout<W> handout, long sendNanos);
  }

  private <W, T> T send(String what, W work, Sent<W, T> job) {
    return sparkJobs.whereSparkLives(
        what,
        () -> {
          long start = System.nanoTime();
          Handout<W> handout = Handout.of(spark, run, "job " + jobs++, work, false);
          long sendNanos = System.nanoTime() - start;
          try {
            return job.use(handout, sendNanos);
          } finally {
            handout.close(spark, run);
          }
        });
  }

  /** What the tasks of a job replied, in their order, and how long the job took. */
  private record Replies(byte[][] ofTasks, long nanos) {}

  private Replies replies(String what, RDD<byte[]> job) {
    long start = System.nanoTime();
    byte[][] ofTasks = sparkJobs.run(what, job);
    return new Replies(ofTasks, System.nanoTime() - start);
  }

  private <W, R> TaskRdd<W, R> tasks(
      Handout<W> handout, List<List<ImageRange>> imagesOfTasks, Task<W, R> task) {
    return new TaskRdd<>(
        spark.sc(),
        settings,
        handout,
        task,
        images,
        spark.isLocal() && placement.holdsAll(imagesOfTasks),
        imagesOfTasks,
        placement.prefer(imagesOfTasks));
  }

  /** What some replies say. */
  private <R> JobOutcome<R> outcome(
      Handout<?> handout,
      long sendNanos,
      long jobNanos,
      List<List<ImageRange>> imagesOfTasks,
      List<byte[]> replies) {
    List<R> results = new ArrayList<>();
    List<String> workers = new ArrayList<>();
    List<String> sets = new ArrayList<>();
    long bytesBack = 0;
    for (byte[] packed : replies) {
      TaskReply reply = (TaskReply) run.packing().unpack(packed);
      R result = result(reply, handout);
      placement.held(imagesOfTasks.get(results.size()), reply.executor());
      results.add(result);
      workers.add(reply.worker());
      sets.add(reply.instructionSet());
      bytesBack += TravelSize.of(result);
    }
    instructionSets.add(sets);
    return new JobOutcome<>(results, workers, handout.bytes(), bytesBack, sendNanos, jobNanos);
  }

  @SuppressWarnings("unchecked") // of a task of this job
  private <R> R result(TaskReply reply, Handout<?> handout) {
    return (R)
        (reply.result() instanceof Long attempt
            ? run.localObjects().result(handout.key(), attempt)
            : reply.result());
  }

  /** Has the executors free what the run holds there, as far as they can be reached. */
  private void freeExecutors() {
    List<String> executors = sparkJobs.executors();
    if (!spark.isLocal() && !executors.isEmpty()) {
      // What is not reached lets go of it when no task came for a while.
      sparkJobs.attempt(new RunEndRdd(spark.sc(), settings.runId(), executors), PATIENCE_SECONDS);
    }
  }

  @Override
  public void close() {
    if (!spark.sc().isStopped()) {
      freeExecutors();
    }
    spark.sc().removeSparkListener(placement);
  }
}
