package io.coppice.spark;

/** The run was asked to stop, and did; it can go on from its last checkpoint. */
public final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoppedException(String message) {
    super(message);
  }
}
