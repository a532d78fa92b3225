package io.coppice.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** Progress as a bar on a terminal. */
public final class ProgressDisplay implements RunListener, AutoCloseable {

  private static final int REFRESH_MILLIS = 250;

  private final PrintStream out;
  private @Nullable ProgressBar bar;

  public ProgressDisplay(PrintStream out) {
    this.out = out;
  }

  @Override
  public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
    close();
    if (rounds == 0) {
      out.println(PhaseText.of(phase));
      return;
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName(PhaseText.of(phase))
            .setInitialMax(rounds)
            .startsFrom(firstRound, Duration.ZERO)
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(out))
            .build();
  }

  @Override
  public void timed(TimeReport report) {
    out.println(PhaseText.of(report));
  }

  @Override
  public void roundEnded(RoundReport report) {
    if (bar != null) {
      bar.setExtraMessage(
          String.format(
              Locale.ROOT, " loss %.3f, %.0f images/s", report.loss(), report.imagesPerSecond()));
      bar.step();
    }
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    close();
    out.println(PhaseText.wentBack(reason, rounds, learningRateFactor));
  }

  @Override
  public void cautioned(String reason) {
    // The bar stays on the line it has; this stands above it.
    out.println("\n" + PhaseText.cautioned(reason));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
