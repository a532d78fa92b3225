package io.coppice.cli;

/** The exit codes of the command line; stable. */
public enum ExitCode {
  DONE(0),
  /** An exception that no other code is for: a bug. */
  INTERNAL(1),
  USAGE(2),
  DATA(3),
  DIVERGED(4),
  STORAGE(5),
  OUTPUT_IN_USE(6),
  CHECKPOINT(7),
  CLUSTER(8),
  /** A retraining left the current model where it was, and was asked to say so this way. */
  NOT_PROMOTED(10),
  /** Ended by Ctrl-C; can go on. */
  INTERRUPTED(130),
  /** Ended by SIGTERM; can go on. */
  TERMINATED(143);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
