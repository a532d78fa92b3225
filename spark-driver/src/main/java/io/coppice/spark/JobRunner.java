package io.coppice.spark;

import io.coppice.spark.TaskRdd.Task;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private final JavaSparkContext spark;
  private final TaskSettings settings;
  private final int deadlineSeconds;
  private final InstructionSets instructionSets;
  private final RunningTasks runningTasks;
  private final StopRequest stop;
  private long jobs;

  /**
   * @param deadlineSeconds after which a job is given up; 0: never
   * @param instructionSets learns those of the executors
   * @param stop ends the job that runs, and lets no other begin
   */
  JobRunner(
      JavaSparkContext spark,
      TaskSettings settings,
      int deadlineSeconds,
      InstructionSets instructionSets,
      StopRequest stop) {
    this.spark = spark;
    this.settings = settings;
    this.deadlineSeconds = deadlineSeconds;
    this.instructionSets = instructionSets;
    this.stop = stop;
    this.runningTasks = new RunningTasks(spark.sc());
    spark.sc().addSparkListener(runningTasks);
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
    long start = System.nanoTime();
    Exchange<W, R> exchange = new Exchange<>(spark, settings.runId() + "-" + jobs++, work);
    long sendNanos = System.nanoTime() - start;
    try {
      FutureAction<TaskReply[]> job =
          submit(new TaskRdd<>(spark.sc(), tasks, settings, exchange, task));
      stop.endBy(job::cancel);
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
      stop.endBy(null);
      exchange.close(spark);
    }
  }

  /** A task that is given up should stop waiting for whatever it waits for. */
  private FutureAction<TaskReply[]> submit(TaskRdd<?, ?> rdd) {
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
    if (stop.isAtOnce()) {
      throw new StoppedException("the run was asked to stop");
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(runningTasks);
  }
}
