package io.coppice.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The runs that tasks in this JVM compute for. Spark makes every task anew from bytes, so that a
 * task can find what its run keeps here only by the run's id: the one static thing of this package.
 * The driver ends a run where it can; what it does not reach is let go of when no task came for a
 * while.
 */
final class LiveRuns {

  private static final LiveRuns OF_THIS_JVM = new LiveRuns(Duration.ofMinutes(10));

  private final Duration idleLimit;
  private final Map<String, RunInJvm> runs = new HashMap<>();
  private final ScheduledThreadPoolExecutor sweeper =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "coppice-idle-runs");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param idleLimit after which a run that the driver did not open here is let go of
   */
  LiveRuns(Duration idleLimit) {
    this.idleLimit = idleLimit;
    sweeper.setKeepAliveTime(1, TimeUnit.SECONDS);
    sweeper.allowCoreThreadTimeOut(true);
  }

  static LiveRuns ofThisJvm() {
    return OF_THIS_JVM;
  }

  /** Opens a run whose driver is in this JVM; it stays until it is ended. */
  synchronized RunInJvm open(String id) {
    RunInJvm run = new RunInJvm(true);
    runs.put(id, run);
    return run;
  }

  /** The run of a task on an executor, which the first of its tasks opens. */
  synchronized RunInJvm obtain(String id) {
    RunInJvm known = runs.get(id);
    if (known != null) {
      known.touch();
      return known;
    }
    RunInJvm run = new RunInJvm(false);
    runs.put(id, run);
    if (runs.size() == 1) {
      scheduleSweep();
    }
    return run;
  }

  /** The run of a task whose driver is in this JVM too. */
  synchronized RunInJvm find(String id) {
    RunInJvm run = runs.get(id);
    if (run == null) {
      throw new IllegalStateException("run " + id + " has ended");
    }
    return run;
  }

  /** Frees what a run holds here. */
  void end(String id) {
    RunInJvm run;
    synchronized (this) {
      run = runs.remove(id);
    }
    if (run != null) {
      run.close();
    }
  }

  /** Number of runs that hold anything here. */
  synchronized int size() {
    return runs.size();
  }

  /** What they hold here, but for native memory. */
  synchronized ExecutorLoad load() {
    return runs.values().stream()
        .map(RunInJvm::load)
        .reduce(new ExecutorLoad(0, 0, 0, 0, 0), ExecutorLoad::plus);
  }

  private void scheduleSweep() {
    var unused =
        sweeper.schedule(this::sweep, Math.max(1, idleLimit.toMillis() / 2), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    synchronized (this) {
      runs.values()
          .removeIf(
              run -> {
                boolean idle = run.isIdleFor(idleLimit);
                if (idle) {
                  run.close();
                }
                return idle;
              });
      if (!runs.isEmpty()) {
        scheduleSweep();
      }
    }
  }
}
