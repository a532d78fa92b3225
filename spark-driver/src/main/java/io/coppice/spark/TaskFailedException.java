package io.coppice.spark;

/**
 * A task failed by itself, on an executor that did its part: a bug, of which the cause has the
 * task's stack.
 */
public final class TaskFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TaskFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
