package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.data.InvalidDataException;
import io.coppice.report.ExitCode;
import io.coppice.storage.DamagedException;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.UnusableCheckpointException;
import io.coppice.train.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkException;

/**
 * How something ended that threw an exception.
 *
 * @param exitCode for it
 * @param message for a person
 */
public record RunEnd(ExitCode exitCode, String message) {

  /** What an exception stands for. */
  public static RunEnd of(Throwable exception) {
    ExitCode code = codeOf(exception);
    return new RunEnd(
        code,
        code == ExitCode.INTERNAL
            ? "an unexpected error: " + exception
            : exception.getMessage()
                + (code.state() == ExitCode.State.STOPPED
                    ? "; the same command goes on from there"
                    : ""));
  }

  private static ExitCode codeOf(Throwable exception) {
    if (exception instanceof ConfigException) {
      return ExitCode.USAGE;
    } else if (exception instanceof InvalidDataException) {
      return ExitCode.DATA;
    } else if (exception instanceof DivergedException) {
      return ExitCode.DIVERGED;
    } else if (exception instanceof OutputInUseException) {
      return ExitCode.OUTPUT_IN_USE;
    } else if (exception instanceof StoppedException stopped) {
      return stopped.isInterrupt() ? ExitCode.INTERRUPTED : ExitCode.TERMINATED;
    } else if (exception instanceof UnusableCheckpointException
        || exception instanceof DamagedException) {
      return ExitCode.CHECKPOINT;
    } else if (exception instanceof IOException || exception instanceof UncheckedIOException) {
      return ExitCode.STORAGE;
    } else if (exception instanceof ClusterLostException || isFromSpark(exception)) {
      return ExitCode.CLUSTER;
    }
    return ExitCode.INTERNAL;
  }

  /** Spark is Scala: its checked exception can come out of any method. */
  private static boolean isFromSpark(Throwable exception) {
    return exception instanceof SparkException;
  }
}
