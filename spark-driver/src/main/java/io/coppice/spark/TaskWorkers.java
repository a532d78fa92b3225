package io.coppice.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The workers of this JVM that no task uses at the moment: a cache, so that a task finds kernels
 * and memory of the ones before it. Losing it costs time, never a result. As many workers exist as
 * tasks ran at once.
 */
final class TaskWorkers {

  /** Environment variable from which the kernels take their number of threads. */
  static final String THREADS_VARIABLE = "OMP_NUM_THREADS";

  private static final TaskWorkers INSTANCE = new TaskWorkers();

  private final Map<String, Deque<TaskWorker>> idle = new HashMap<>();

  private TaskWorkers() {}

  /** Lends a worker to some work. */
  static <T> T with(TaskSettings settings, Function<TaskWorker, T> work) {
    requireThreads(settings);
    TaskWorker worker = INSTANCE.take(settings);
    T result;
    try {
      result = work.apply(worker);
    } catch (RuntimeException | Error e) {
      // Its buffers may be lent out still: better gone than reused.
      worker.close();
      throw e;
    }
    INSTANCE.giveBack(settings, worker);
    return result;
  }

  /** Frees the idle workers of a run. */
  static void release(String runId) {
    synchronized (INSTANCE) {
      Deque<TaskWorker> workers = INSTANCE.idle.remove(runId);
      if (workers != null) {
        workers.forEach(TaskWorker::close);
      }
    }
  }

  /** Whether tasks in this JVM compute with the given number of threads. */
  static boolean hasThreads(int threads) {
    return String.valueOf(threads).equals(System.getenv(THREADS_VARIABLE));
  }

  private static void requireThreads(TaskSettings settings) {
    if (!hasThreads(settings.threads())) {
      throw new IllegalStateException(
          THREADS_VARIABLE
              + " of this executor is "
              + System.getenv(THREADS_VARIABLE)
              + " but distribution.threadsPerTask is "
              + settings.threads()
              + ", and the thread count is part of the run's identity; set spark.executorEnv."
              + THREADS_VARIABLE);
    }
  }

  private synchronized TaskWorker take(TaskSettings settings) {
    // A run that ended on the driver leaves its workers behind here; the first task of another run
    // frees them.
    for (String other :
        idle.keySet().stream().filter(id -> !id.equals(settings.runId())).toList()) {
      release(other);
    }
    Deque<TaskWorker> workers = idle.get(settings.runId());
    return workers == null || workers.isEmpty() ? new TaskWorker(settings) : workers.pop();
  }

  private synchronized void giveBack(TaskSettings settings, TaskWorker worker) {
    idle.computeIfAbsent(settings.runId(), unused -> new ArrayDeque<>()).push(worker);
  }
}
