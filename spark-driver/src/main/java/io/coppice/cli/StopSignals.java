package io.coppice.cli;

import io.coppice.spark.Training;
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
    if (signal.equals(INT)) {
      training.interrupt();
    } else {
      training.stop();
    }
    timer.schedule(training::stopAtOnce, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    Signal.handle(TERM, termBefore);
    Signal.handle(INT, intBefore);
    timer.shutdownNow();
  }
}
