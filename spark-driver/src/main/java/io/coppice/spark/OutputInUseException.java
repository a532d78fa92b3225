package io.coppice.spark;

/** The output directory holds something already. */
public final class OutputInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutputInUseException(String path) {
    super(
        path + ": the output directory is not empty; name another one with --output, or remove it");
  }
}
