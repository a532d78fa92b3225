package io.coppice.spark;

import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockManagerRemoved;
import org.jspecify.annotations.Nullable;

/**
 * Notices that Spark has struck off the executor of a local session, whose heartbeats were missing
 * while the process was suspended. Spark cannot take it back: jobs still run, but every heartbeat
 * fails from then on, and after 60 of them Spark ends the JVM with exit code 56.
 */
final class LocalExecutor extends SparkListener {

  /** What Spark says where a task was running then; in local mode there is no other reason. */
  private static final String LOST = "ExecutorLostFailure (executor driver";

  private final boolean local;
  private volatile boolean struckOff;

  /**
   * @param local whether the session computes in the driver's JVM
   */
  LocalExecutor(boolean local) {
    this.local = local;
  }

  @Override
  public void onBlockManagerRemoved(SparkListenerBlockManagerRemoved removed) {
    struckOff |= local && removed.blockManagerId().isDriver();
  }

  /**
   * Requires that nothing of the kind was noticed, nor is in a job's failure.
   *
   * @param what the job does, for the message
   * @param failure of the job, if it failed
   * @throws ClusterLostException if it was
   */
  void requireAlive(String what, @Nullable Throwable failure) {
    boolean lost = local && failure != null && String.valueOf(failure.getMessage()).contains(LOST);
    if (struckOff || lost) {
      throw new ClusterLostException(
          what
              + ": this process stood still for longer than spark.network.timeout, as when it is suspended, and Spark has"
              + " struck off its own executor; it will end this JVM (exit code 56) if the session stays open. Stop the"
              + " session and go on in another one; SparkSettings.apply sets what survives it",
          failure);
    }
  }
}
