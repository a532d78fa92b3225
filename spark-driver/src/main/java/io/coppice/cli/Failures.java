package io.coppice.cli;

import io.coppice.cli.StopSignals.TerminatedException;
import io.coppice.config.ConfigException;
import io.coppice.data.InvalidDataException;
import io.coppice.spark.ClusterLostException;
import io.coppice.storage.DamagedException;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.UnusableCheckpointException;
import io.coppice.train.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what went wrong into a message on standard error and an exit code; a stack trace is shown
 * only for bugs.
 */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    ExitCode code = codeOf(exception);
    if (code == ExitCode.INTERNAL) {
      exception.printStackTrace(commandLine.getErr());
      commandLine
          .getErr()
          .println("coppice: an unexpected error; please report it with the lines above");
    } else {
      commandLine.getErr().println("coppice: " + exception.getMessage());
    }
    return code.code();
  }

  private static ExitCode codeOf(Exception exception) {
    if (exception instanceof ConfigException) {
      return ExitCode.USAGE;
    } else if (exception instanceof InvalidDataException) {
      return ExitCode.DATA;
    } else if (exception instanceof DivergedException) {
      return ExitCode.DIVERGED;
    } else if (exception instanceof OutputInUseException) {
      return ExitCode.OUTPUT_IN_USE;
    } else if (exception instanceof TerminatedException terminated) {
      return terminated.exitCode();
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
