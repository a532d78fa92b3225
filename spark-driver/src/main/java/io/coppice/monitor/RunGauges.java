package io.coppice.monitor;

import com.codahale.metrics.Counter;
import com.codahale.metrics.ExponentiallyDecayingReservoir;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunOutline;
import io.coppice.report.RunPhase;
import io.coppice.report.StructureReport;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one run, which are there from its beginning to its end: gauges of the last round
 * and the last epoch, NaN before there was one, and what adds up over the rounds of this process.
 * The README of this module lists them with their units.
 */
final class RunGauges implements RunListener {

  private final MetricRegistry registry;
  private final RunSlots slots;
  private final Histogram roundMillis = new Histogram(new ExponentiallyDecayingReservoir());
  private final Counter images = new Counter();
  private final Counter checkpointFailures = new Counter();
  private int slot;
  private volatile @Nullable RoundReport round;
  private volatile @Nullable EpochReport epoch;
  private volatile RunPhase phase = RunPhase.TRAIN;
  private volatile long taken;
  private volatile double secondsLeft = Double.NaN;
  private volatile double checkpointSeconds = Double.NaN;
  private volatile long lastCheckpointNanos;
  private long phaseStartNanos;
  private long roundsOfPhase;
  private @Nullable RunOutline outline;

  /**
   * @param slots gives the run its number
   */
  RunGauges(MetricRegistry registry, RunSlots slots) {
    this.registry = registry;
    this.slots = slots;
  }

  @Override
  public void began(RunOutline run) {
    outline = run;
    taken = run.roundsBefore();
    lastCheckpointNanos = System.nanoTime();
    slot = slots.take();
    gauge("name", run::name);
    gauge("phase", () -> phase.ordinal());
    gauge("round", () -> taken);
    gauge("rounds", run::rounds);
    gauge("epoch", () -> epochAtHand(run));
    gauge("epochs", () -> run.epochs() + run.fineTuneEpochs());
    gauge("progress", () -> (double) taken / run.rounds());
    gauge("secondsLeft", () -> secondsLeft);
    gauge("loss", () -> ofRound(RoundReport::loss));
    gauge("accuracy", () -> ofRound(RoundReport::accuracy));
    gauge("learningRate", () -> ofRound(RoundReport::learningRate));
    gauge("imagesPerSecond", () -> ofRound(RoundReport::imagesPerSecond));
    gauge("flopsShare", () -> ofRound(RoundReport::flopsRatio));
    gauge("computeShare", () -> ofRound(report -> report.computeSeconds() / report.seconds()));
    gauge("bytesOut", () -> ofRound(RoundReport::bytesOut));
    gauge("bytesBack", () -> ofRound(RoundReport::bytesBack));
    gauge("heldBackAccuracy", () -> ofEpoch(EpochReport::heldBackAccuracy));
    gauge("channelsShare", () -> ofEpoch(report -> channels(report) / run.channels()));
    gauge("checkpointSeconds", () -> checkpointSeconds);
    gauge("checkpointAgeSeconds", () -> (System.nanoTime() - lastCheckpointNanos) / 1e9);
    registry.register(name("roundMillis"), roundMillis);
    registry.register(name("images"), images);
    registry.register(name("checkpointFailures"), checkpointFailures);
  }

  private String name(String metric) {
    return MetricRegistry.name("run" + slot, metric);
  }

  private <T> void gauge(String metric, Gauge<T> value) {
    registry.register(name(metric), value);
  }

  private double ofRound(ToDoubleFunction<RoundReport> figure) {
    RoundReport last = round;
    return last == null ? Double.NaN : figure.applyAsDouble(last);
  }

  private double ofEpoch(ToDoubleFunction<EpochReport> figure) {
    EpochReport last = epoch;
    return last == null ? Double.NaN : figure.applyAsDouble(last);
  }

  private static double channels(EpochReport report) {
    StructureReport structure = report.structure();
    return structure == null ? Double.NaN : structure.channels();
  }

  /** From 1 on; the last one once all rounds were taken. */
  private long epochAtHand(RunOutline run) {
    return Math.min(taken, run.rounds() - 1) / run.roundsPerEpoch() + 1;
  }

  @Override
  public void phaseStarted(RunPhase started, long firstRound, long rounds) {
    phase = started;
    taken = Objects.requireNonNull(outline).roundsBefore(started) + firstRound;
    phaseStartNanos = System.nanoTime();
    roundsOfPhase = 0;
  }

  @Override
  public void roundEnded(RoundReport report) {
    RunOutline run = Objects.requireNonNull(outline);
    round = report;
    taken = run.roundsBefore(report.phase()) + report.round() + 1;
    roundsOfPhase++;
    // What lies between rounds, such as the end of an epoch, takes its part of the time too.
    secondsLeft =
        (System.nanoTime() - phaseStartNanos) / 1e9 / roundsOfPhase * (run.rounds() - taken);
    roundMillis.update(Math.round(1e3 * report.seconds()));
    images.inc(report.images());
  }

  @Override
  public void epochEnded(EpochReport report) {
    epoch = report;
  }

  @Override
  public void wentBack(String reason, long rounds, double learningRateFactor) {
    taken = rounds;
  }

  @Override
  public void checkpointWritten(long rounds, double seconds) {
    checkpointSeconds = seconds;
    lastCheckpointNanos = System.nanoTime();
  }

  @Override
  public void checkpointFailed(long rounds) {
    checkpointFailures.inc();
  }

  @Override
  public void ended() {
    String prefix = "run" + slot + ".";
    registry.removeMatching((metric, any) -> metric.startsWith(prefix));
    slots.giveBack(slot);
  }
}
