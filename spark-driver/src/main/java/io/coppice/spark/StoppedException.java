package io.coppice.spark;

/** The run was asked to stop, and did; it can go on from its last checkpoint. */
public final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean interrupt;

  /**
   * @param interrupt see {@link #isInterrupt}
   */
  StoppedException(String message, boolean interrupt) {
    super(message);
    this.interrupt = interrupt;
  }

  /** Whether somebody who sat before it asked for it, by {@link Training#interrupt}. */
  public boolean isInterrupt() {
    return interrupt;
  }
}
