package io.coppice.onednn;

/** A call of oneDNN failed. */
public final class OneDnnException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OneDnnException(String call, int status) {
    super("oneDNN could not " + call + ": " + meaning(status) + " (status " + status + ")");
  }

  private static String meaning(int status) {
    return switch (status) {
      case 1 -> "out of memory";
      case 2 -> "invalid arguments";
      case 3 -> "not implemented for this processor, shape or layout";
      case 4 -> "the last implementation was reached";
      case 5 -> "runtime error";
      case 6 -> "not required";
      default -> "unknown error";
    };
  }

  static void check(String call, int status) {
    if (status != 0) {
      throw new OneDnnException(call, status);
    }
  }
}
