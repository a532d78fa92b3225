package io.coppice.spark;

import io.coppice.spark.TaskRdd.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SizeEstimator;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;

/**
 * Runs Spark jobs of one stage, whose results come back in the order of the tasks whatever the
 * order of arrival. Ends a job that does not end in time, and on demand.
 */
final class JobRunner implements AutoCloseable {

  /** For which executors are waited for at the end of a run. */
  private static final int PATIENCE_SECONDS = 10;

  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private final JavaSparkContext spark;
  private final RunInJvm run;
  private final TaskSettings settings;
  private final int deadlineSeconds;
  private final InstructionSets instructionSets;
  private final RunningTasks runningTasks;
  private final LocalExecutor localExecutor;
  private final StopRequest stop;
  private long jobs;

  /**
   * @param run what the run keeps in the driver's JVM
   * @param deadlineSeconds after which a job is given up; 0: never
   * @param instructionSets learns those of the executors
   * @param stop ends the job that runs, and lets no other begin
   */
  JobRunner(
      JavaSparkContext spark,
      RunInJvm run,
      TaskSettings settings,
      int deadlineSeconds,
      InstructionSets instructionSets,
      StopRequest stop) {
    this.spark = spark;
    this.run = run;
    this.settings = settings;
    this.deadlineSeconds = deadlineSeconds;
    this.instructionSets = instructionSets;
    this.stop = stop;
    this.runningTasks = new RunningTasks(spark.sc());
    this.localExecutor = new LocalExecutor(spark.isLocal());
    spark.sc().addSparkListener(runningTasks);
    spark.sc().addSparkListener(localExecutor);
  }

  /**
   * Runs a job.
   *
   * @param what it does, for messages
   * @param work the same for all tasks
   * @param tasks number of tasks
   */
  <W, R> JobOutcome<R> run(String what, W work, int tasks, Task<W, R> task) {
    requireNotStopped();
    localExecutor.requireAlive(what, null);
    try {
      return runWhereSparkLives(what, work, tasks, task);
    } catch (IllegalStateException e) {
      if (spark.sc().isStopped()) {
        throw new ClusterLostException(what + ": Spark has stopped: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private <W, R> JobOutcome<R> runWhereSparkLives(String what, W work, int tasks, Task<W, R> task) {
    long start = System.nanoTime();
    Handout<W> handout = Handout.of(spark, run, "job " + jobs++, work, false);
    long sendNanos = System.nanoTime() - start;
    try {
      FutureAction<byte[][]> job =
          submit(new TaskRdd<>(spark.sc(), tasks, settings, handout, task));
      stop.endBy(job::cancel);
      List<R> results = new ArrayList<>();
      List<String> workers = new ArrayList<>();
      List<String> sets = new ArrayList<>();
      long bytesBack = 0;
      for (byte[] packed : await(what, job)) {
        TaskReply reply = (TaskReply) run.packing().unpack(packed);
        R result = result(reply, handout);
        results.add(result);
        workers.add(reply.worker());
        sets.add(reply.instructionSet());
        bytesBack += SizeEstimator.estimate(result);
      }
      instructionSets.add(sets);
      return new JobOutcome<>(results, workers, handout.bytes(), bytesBack, sendNanos);
    } finally {
      stop.endBy(null);
      handout.close(spark, run);
    }
  }

  @SuppressWarnings("unchecked") // of a task of this job
  private <R> R result(TaskReply reply, Handout<?> handout) {
    return (R)
        (spark.isLocal()
            ? run.localObjects().result(handout.key(), (Long) reply.result())
            : reply.result());
  }

  /** A task that is given up should stop waiting for whatever it waits for. */
  private FutureAction<byte[][]> submit(JobRdd rdd) {
    String before = spark.getLocalProperty(INTERRUPT);
    spark.setLocalProperty(INTERRUPT, "true");
    try {
      return rdd.submit();
    } finally {
      spark.setLocalProperty(INTERRUPT, before);
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
      localExecutor.requireAlive(what, e);
      throw JobFailure.of(what, e);
    }
  }

  private void requireNotStopped() {
    if (stop.isAtOnce()) {
      throw new StoppedException("the run was asked to stop");
    }
  }

  /** Has the executors free what the run holds there, as far as they can be reached. */
  private void freeExecutors() {
    List<String> executors = runningTasks.executors();
    if (spark.isLocal() || executors.isEmpty()) {
      return;
    }
    try {
      FutureAction<byte[][]> job = submit(new RunEndRdd(spark.sc(), settings.runId(), executors));
      Await.ready(job, Duration.apply(PATIENCE_SECONDS, TimeUnit.SECONDS));
      job.cancel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | RuntimeException e) {
      // They let go of it when no task came for a while.
      return;
    }
  }

  @Override
  public void close() {
    if (!spark.sc().isStopped()) {
      freeExecutors();
    }
    spark.sc().removeSparkListener(runningTasks);
    spark.sc().removeSparkListener(localExecutor);
  }
}
