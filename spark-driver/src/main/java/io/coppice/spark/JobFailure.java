package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.onednn.UnsupportedPrecisionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/** Tells by what Spark throws why a job failed. */
final class JobFailure {

  private JobFailure() {}

  /**
   * What a run should throw: {@link ClusterLostException} where executors were lost or could not be
   * reached, {@link ConfigException} where they cannot run tasks of ours at all, {@link
   * TaskFailedException} where a task failed by itself.
   *
   * @param what the job did
   * @param failure that Spark threw
   */
  static RuntimeException of(String what, Throwable failure) {
    Throwable ofTask = causeInTask(failure);
    String message = what + " failed: " + firstLines(failure);
    if (ofTask instanceof LinkageError || ofTask instanceof ClassNotFoundException) {
      return new ConfigException(
          "the executors",
          List.of(
              message
                  + "\n    executors need the jar of Coppice, and Linux on x86-64: give the jar to spark-submit, or"
                  + " name it in spark.jars"));
    }
    if (ofTask instanceof UnsupportedPrecisionException refused) {
      return unsupported(refused);
    }
    if (ofTask == null
        || ofTask instanceof OutOfMemoryError
        || ofTask instanceof IOException
        || ofTask instanceof UncheckedIOException
        || ofTask instanceof InterruptedException
        || ofTask instanceof SparkThrowable) {
      return new ClusterLostException(message, failure);
    }
    return new TaskFailedException(message, ofTask);
  }

  /** A run whose steps compute more coarsely than processors can. */
  static ConfigException unsupported(UnsupportedPrecisionException refused) {
    return new ConfigException(
        "configuration and processors",
        List.of("training.precision: " + refused.getMessage() + "; say float32"));
  }

  /** What the task threw; null if Spark lost it otherwise. */
  private static @Nullable Throwable causeInTask(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof SparkException ? null : cause;
  }

  /** Spark's message ends with the stack of its driver, which tells nothing. */
  private static String firstLines(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int driverStack = message.indexOf("\nDriver stacktrace");
    return driverStack < 0 ? message : message.substring(0, driverStack);
  }
}
