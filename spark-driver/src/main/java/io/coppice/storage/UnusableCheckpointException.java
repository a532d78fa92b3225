package io.coppice.storage;

import java.util.List;

/** The checkpoints of a run are damaged, or those of another run or version. */
public final class UnusableCheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** An exception that lists what is wrong. */
  public UnusableCheckpointException(String message, List<String> details) {
    super(message + "\n  - " + String.join("\n  - ", details));
  }
}
