package io.coppice.spark;

import io.coppice.shards.JobStarter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Spark jobs of a run, whose results come back in the order of the tasks whatever the order of
 * arrival. Ends a job that does not end in time, and on demand; says why one failed.
 */
final class SparkJobs implements JobStarter, AutoCloseable {

  private final JavaSparkContext spark;
  private final int deadlineSeconds;
  private final StopRequest stop;
  private final RunningTasks runningTasks;
  private final LocalExecutor localExecutor;
  private volatile Owner owner = new Owner("", "");

  /**
   * @param deadlineSeconds after which a job is given up; 0: never
   * @param stop ends the job that runs, and lets no other begin
   */
  SparkJobs(JavaSparkContext spark, int deadlineSeconds, StopRequest stop) {
    this.spark = spark;
    this.deadlineSeconds = deadlineSeconds;
    this.stop = stop;
    this.runningTasks = new RunningTasks(spark.sc());
    this.localExecutor = new LocalExecutor(spark.isLocal());
    spark.sc().addSparkListener(runningTasks);
    spark.sc().addSparkListener(localExecutor);
  }

  JavaSparkContext spark() {
    return spark;
  }

  /**
   * Whose jobs they are.
   *
   * @param run name of the run; empty: it has none
   * @param network name of its network; empty: not known yet
   */
  private record Owner(String run, String network) {}

  /** Says whose jobs they are from now on; either name may be empty. */
  void belongTo(String run, String network) {
    owner = new Owner(run, network);
  }

  /** Has Spark call what this thread submits by its owner and by what it does. */
  JobLabel label(String what) {
    return JobLabel.of(spark, owner.run, owner.network, what);
  }

  /** Executors that had tasks, as Spark writes the location of an executor's cache. */
  List<String> executors() {
    return runningTasks.executors();
  }

  @Override
  public byte[][] run(String what, RDD<byte[]> job) {
    return whereSparkLives(
        what,
        () -> {
          FutureAction<byte[][]> running = submit(what, job);
          stop.endBy(running::cancel);
          try {
            return await(what, running);
          } finally {
            stop.endBy(null);
          }
        });
  }

  /**
   * Does something with Spark, if it is still there.
   *
   * @param what it is, for messages
   */
  <T> T whereSparkLives(String what, Supplier<T> work) {
    requireNotStopped();
    localExecutor.requireAlive(what, null);
    try {
      return work.get();
    } catch (IllegalStateException e) {
      if (spark.sc().isStopped()) {
        throw new ClusterLostException(what + ": Spark has stopped: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Runs a job whose result is of no matter, for so long at most. */
  void attempt(RDD<byte[]> job, int seconds) {
    try {
      FutureAction<byte[][]> running = submit("the end of the run", job);
      Await.ready(running, Duration.apply(seconds, TimeUnit.SECONDS));
      running.cancel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | RuntimeException e) {
      // Nothing depends on it.
      return;
    }
  }

  /**
   * A task that is given up should stop waiting for whatever it waits for.
   *
   * @param what the job does
   */
  private FutureAction<byte[][]> submit(String what, RDD<byte[]> job) {
    try (JobLabel label = label(what).interrupting()) {
      return begin(job);
    }
  }

  /**
   * Named functions instead of lambdas, because Spark looks into the byte code of every lambda of
   * every job: half of what an empty round costs its driver.
   */
  static FutureAction<byte[][]> begin(RDD<byte[]> job) {
    int tasks = job.getNumPartitions();
    byte[][] replies = new byte[tasks][];
    List<Object> all = IntStream.range(0, tasks).<Object>mapToObj(i -> i).toList();
    return job.context()
        .submitJob(
            job,
            new OnlyReply(),
            JavaConverters.asScalaBuffer(all).toSeq(),
            new AbstractFunction2<Object, byte[], BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object index, byte[] reply) {
                replies[(Integer) index] = reply;
                return BoxedUnit.UNIT;
              }
            },
            new AbstractFunction0<byte[][]>() {
              @Override
              public byte[][] apply() {
                return replies;
              }
            });
  }

  /** A partition's reply. */
  private static final class OnlyReply extends AbstractFunction1<Iterator<byte[]>, byte[]>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] apply(Iterator<byte[]> replies) {
      return replies.next();
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
              + " seconds of distribution.roundDeadlineSeconds; what runs (a task's number is that"
              + " of its shard, or of the slice that it adds up):\n"
              + tasks,
          e);
    } catch (InterruptedException e) {
      job.cancel();
      Thread.currentThread().interrupt();
      throw stop.exception("interrupted");
    } catch (Exception e) {
      // Scala declares no exceptions; Spark's own is a checked one.
      requireNotStopped();
      localExecutor.requireAlive(what, e);
      String crashed = runningTasks.crashed(job);
      if (!crashed.isEmpty()) {
        throw new ClusterLostException(what + " failed: " + crashed, e);
      }
      throw JobFailure.of(what, e);
    }
  }

  private void requireNotStopped() {
    if (stop.isAtOnce()) {
      throw stop.exception("the run was asked to stop");
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(runningTasks);
    spark.sc().removeSparkListener(localExecutor);
  }
}
