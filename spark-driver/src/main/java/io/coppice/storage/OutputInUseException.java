package io.coppice.storage;

/** The output directory belongs to another run, or holds something that is not of a run. */
public final class OutputInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public OutputInUseException(String message) {
    super(message);
  }
}
