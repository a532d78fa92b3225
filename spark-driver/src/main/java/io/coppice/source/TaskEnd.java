package io.coppice.source;

import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** What becomes of what a task has open. */
public final class TaskEnd {

  private TaskEnd() {}

  /** Closes something once a task has ended, however it does. */
  public static void closes(TaskContext task, AutoCloseable open) {
    TaskCompletionListener listener = ended -> close(open);
    task.addTaskCompletionListener(listener);
  }

  private static void close(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      // What was read is read.
      return;
    }
  }
}
