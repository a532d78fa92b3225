package io.coppice.cli;

import io.coppice.spark.StoppedException;
import io.coppice.spark.Training;
import io.coppice.spark.TrainingResult;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ends a run on SIGTERM and on Ctrl-C: after the round at hand, or without it if that takes longer
 * than a scheduler waits before it kills. A second signal ends the process at once.
 */
final class StopSignals implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 10;
  private static final Signal TERM = new Signal("TERM");
  private static final Signal INT = new Signal("INT");

  private final Training training;
  private final SignalHandler termBefore;
  private final SignalHandler intBefore;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "coppice-stop");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable Signal received;

  StopSignals(Training training) {
    this.training = training;
    this.termBefore = Signal.handle(TERM, this::handle);
    this.intBefore = Signal.handle(INT, this::handle);
  }

  /** A run that a signal ended, and the exit code for it. */
  static final class TerminatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    private TerminatedException(String message, ExitCode exitCode) {
      super(message);
      this.exitCode = exitCode;
    }

    ExitCode exitCode() {
      return exitCode;
    }
  }

  /** Runs a training. */
  interface Work {
    TrainingResult run() throws IOException;
  }

  /** Runs it; an end that a signal asked for is told apart from others. */
  TrainingResult translate(Work work) throws IOException {
    try {
      return work.run();
    } catch (StoppedException e) {
      throw new TerminatedException(
          e.getMessage() + "; the same command goes on from there",
          INT.equals(received) ? ExitCode.INTERRUPTED : ExitCode.TERMINATED);
    }
  }

  private void handle(Signal signal) {
    if (received != null) {
      Runtime.getRuntime().halt(128 + signal.getNumber());
    }
    received = signal;
    System.err.println(
        "coppice: received SIG"
            + signal.getName()
            + "; stopping after this round, within "
            + PATIENCE_SECONDS
            + " seconds");
    training.stop();
    timer.schedule(training::stopAtOnce, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    Signal.handle(TERM, termBefore);
    Signal.handle(INT, intBefore);
    timer.shutdownNow();
  }
}
