package io.coppice.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunOutline;
import io.coppice.report.RunPhase;
import io.coppice.report.StructureReport;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RunGaugesTest {

  private final MetricRegistry registry = new MetricRegistry();
  private final RunSlots slots = new RunSlots();

  private RunGauges began(String name, long roundsBefore) {
    RunGauges run = new RunGauges(registry, slots);
    run.began(new RunOutline(name, "resnet8", 200, 5, 2, 1, roundsBefore));
    return run;
  }

  private static RoundReport round(RunPhase phase, long number) {
    return new RoundReport(
        phase,
        number,
        (int) number / 5,
        1,
        1.5,
        null,
        0.75,
        0.1,
        0.36,
        0.35,
        128,
        0.25,
        0,
        0,
        0.2,
        0,
        0,
        0,
        0,
        0,
        1000,
        3000,
        800);
  }

  private Object value(String name) {
    return Objects.requireNonNull(registry.getGauges().get(name), name).getValue();
  }

  @Test
  void began_noRoundYet_countsAreThereAndFiguresAreNotANumber() {
    began("run7", 4);
    assertThat(value("run1.name")).isEqualTo("run7");
    assertThat(value("run1.round")).isEqualTo(4L);
    assertThat(value("run1.rounds")).isEqualTo(15L);
    assertThat(value("run1.epoch")).isEqualTo(1L);
    assertThat(value("run1.epochs")).isEqualTo(3);
    for (String figure :
        List.of("loss", "imagesPerSecond", "secondsLeft", "channelsShare", "checkpointSeconds")) {
      assertThat(value("run1." + figure)).as(figure).isEqualTo(Double.NaN);
    }
  }

  @Test
  void roundEnded_figures_areThoseOfTheRound() {
    RunGauges run = began("run7", 0);
    run.phaseStarted(RunPhase.TRAIN, 0, 10);
    for (int i = 0; i < 6; i++) {
      run.roundEnded(round(RunPhase.TRAIN, i));
    }
    assertThat(value("run1.phase")).isEqualTo(1);
    assertThat(value("run1.round")).isEqualTo(6L);
    assertThat(value("run1.epoch")).isEqualTo(2L);
    assertThat(value("run1.progress")).isEqualTo(0.4);
    assertThat((Double) value("run1.secondsLeft")).isPositive();
    assertThat(value("run1.loss")).isEqualTo(1.5);
    assertThat(value("run1.accuracy")).isEqualTo(0.75);
    assertThat(value("run1.learningRate")).isEqualTo(0.1);
    assertThat(value("run1.imagesPerSecond")).isEqualTo(512.0);
    assertThat(value("run1.flopsShare")).isEqualTo(0.36);
    assertThat(value("run1.computeShare")).isEqualTo(0.8);
    assertThat(value("run1.bytesOut")).isEqualTo(1000.0);
    assertThat(value("run1.bytesBack")).isEqualTo(3000.0);
    assertThat(registry.counter("run1.images").getCount()).isEqualTo(768);
    assertThat(registry.histogram("run1.roundMillis").getSnapshot().getMedian()).isEqualTo(250);

    run.epochEnded(
        new EpochReport(
            RunPhase.TRAIN,
            0,
            1,
            0.5,
            0.7,
            0.36,
            500,
            1,
            1,
            null,
            null,
            new StructureReport(List.of(20, 30), null)));
    assertThat(value("run1.heldBackAccuracy")).isEqualTo(0.7);
    assertThat(value("run1.channelsShare")).isEqualTo(0.25);
  }

  @Test
  void phases_followEachOther_roundsAreCountedOn() {
    RunGauges run = began("run7", 0);
    run.phaseStarted(RunPhase.FINE_TUNE, 0, 5);
    run.roundEnded(round(RunPhase.FINE_TUNE, 1));
    assertThat(value("run1.round")).isEqualTo(12L);
    assertThat(value("run1.epoch")).isEqualTo(3L);
    run.phaseStarted(RunPhase.MEASURE, 0, 0);
    assertThat(value("run1.progress")).isEqualTo(1.0);
    assertThat(value("run1.epoch")).isEqualTo(3L);
    run.wentBack("diverged", 5, 0.5);
    assertThat(value("run1.round")).isEqualTo(5L);
  }

  @Test
  void checkpoints_writtenOrNot_areTold() {
    RunGauges run = began("run7", 0);
    run.checkpointWritten(3, 0.5);
    run.checkpointFailed(5);
    assertThat(value("run1.checkpointSeconds")).isEqualTo(0.5);
    assertThat((Double) value("run1.checkpointAgeSeconds")).isBetween(0.0, 60.0);
    assertThat(registry.counter("run1.checkpointFailures").getCount()).isEqualTo(1);
  }

  @Test
  void ended_firstOfTenRuns_theTenthKeepsItsMetrics() {
    RunGauges first = began("first", 0);
    for (int number = 2; number <= 10; number++) {
      began("number " + number, 0);
    }
    first.ended();
    assertThat(registry.getGauges()).doesNotContainKey("run1.name");
    assertThat(value("run10.name")).isEqualTo("number 10");
  }

  @Test
  void ended_oneOfTwoRuns_itsMetricsGoAndTheNextTakesItsNumber() {
    RunGauges first = began("first", 0);
    RunGauges second = began("second", 0);
    int ofOne = registry.getMetrics().size() / 2;
    first.ended();
    assertThat(registry.getMetrics().keySet())
        .hasSize(ofOne)
        .allSatisfy(name -> assertThat(name).startsWith("run2."));
    began("third", 0);
    assertThat(value("run1.name")).isEqualTo("third");
    second.ended();
    assertThat(registry.getMetrics()).hasSize(ofOne);
    assertThat(slots.taken()).isEqualTo(1);
  }
}
