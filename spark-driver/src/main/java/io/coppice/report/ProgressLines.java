package io.coppice.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress as plain lines, one every few seconds, for logs. */
public final class ProgressLines implements RunListener {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final PrintStream out;
  private long rounds;
  private long lastLineNanos;

  public ProgressLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void phaseStarted(RunPhase phase, long firstRound, long phaseRounds) {
    rounds = phaseRounds;
    lastLineNanos = System.nanoTime();
    out.println(
        PhaseText.of(phase)
            + (rounds > 0 ? ", " + rounds + " rounds" : "")
            + (firstRound > 0 ? ", on from round " + (firstRound + 1) : ""));
  }

  @Override
  public void timed(TimeReport report) {
    out.println(PhaseText.of(report));
  }

  @Override
  public void roundEnded(RoundReport report) {
    long now = System.nanoTime();
    if (now - lastLineNanos >= INTERVAL.toNanos()) {
      lastLineNanos = now;
      out.println(
          String.format(
              Locale.ROOT,
              "round %d of %d: loss %.3f, %.0f images/s, %.0f %% of the dense FLOPs",
              report.round() + 1,
              rounds,
              report.loss(),
              report.imagesPerSecond(),
              100 * report.flopsRatio()));
    }
  }

  @Override
  public void epochEnded(EpochReport report) {
    out.println(PhaseText.of(report));
  }

  @Override
  public void cautioned(String reason) {
    out.println(PhaseText.cautioned(reason));
  }

  @Override
  public void wentBack(String reason, long goesOnAfter, double learningRateFactor) {
    out.println(PhaseText.wentBack(reason, goesOnAfter, learningRateFactor));
  }
}
