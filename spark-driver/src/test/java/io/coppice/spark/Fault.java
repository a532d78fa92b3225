package io.coppice.spark;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.TaskContext;

/**
 * Something that goes wrong in a task, as data.
 *
 * @param round of the training
 * @param shard whose task it is
 * @param attempts how many attempts of the task it strikes, from the first on
 * @param kind what happens
 */
record Fault(long round, int shard, int attempts, Kind kind) implements java.io.Serializable {

  /** What happens. */
  enum Kind {
    /** The executor gets SIGKILL. */
    KILL,
    /**
     * The executor gets SIGKILL when its next task has begun. Where the shard is the last of the
     * executor's, that is a task of the second stage, and what the first has written goes with it.
     */
    KILL_IN_NEXT_TASK,
    /** The executor gets SIGABRT, as from a failed assertion in native code: exit 134. */
    NATIVE_CRASH,
    /** The task throws. */
    EXCEPTION,
    /** The task takes a few seconds more. */
    SLOW,
    /** The task never ends. */
    HANG
  }

  private static final long SLOW_SECONDS = 6;
  private static final Pattern TASK_THREAD =
      Pattern.compile("Executor task launch worker.*TID (\\d+)\\).*");

  /** A hook that makes the faults of a schedule happen. */
  static StepHook hook(List<Fault> schedule) {
    List<Fault> faults = new java.util.ArrayList<>(schedule);
    return (round, shard, attempt) -> {
      for (Fault fault : faults) {
        if (fault.round == round && fault.shard == shard && attempt < fault.attempts) {
          fault.happen();
        }
      }
    };
  }

  private void happen() {
    try {
      switch (kind) {
        case KILL -> signal("KILL");
        case KILL_IN_NEXT_TASK -> {
          if (TaskContext.get().stageAttemptNumber() == 0) {
            killInNextTask(TaskContext.get().taskAttemptId());
          }
        }
        case NATIVE_CRASH -> signal("ABRT");
        case EXCEPTION -> throw new IllegalStateException("a fault of the test's schedule");
        case SLOW -> TimeUnit.SECONDS.sleep(SLOW_SECONDS);
        case HANG -> TimeUnit.DAYS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void killInNextTask(long task) {
    Thread killer =
        new Thread(
            () -> {
              try {
                while (!isLaterTaskThan(task)) {
                  TimeUnit.MILLISECONDS.sleep(1);
                }
                signal("KILL");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    killer.setDaemon(true);
    killer.start();
  }

  /** Spark gives the threads of tasks their names. */
  private static boolean isLaterTaskThan(long task) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(thread -> TASK_THREAD.matcher(thread.getName()))
        .anyMatch(name -> name.matches() && Long.parseLong(name.group(1)) > task);
  }

  private static void signal(String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    TimeUnit.DAYS.sleep(1);
  }
}
