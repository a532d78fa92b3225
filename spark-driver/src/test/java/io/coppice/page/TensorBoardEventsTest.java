package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.config.ConfigException;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

class TensorBoardEventsTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private final List<RoundReport> rounds = new ArrayList<>();
  private final List<EpochReport> epochs = new ArrayList<>();

  private void addEpoch(RunPhase phase, int epoch) {
    for (int i = 0; i < 3; i++) {
      rounds.add(SamplePages.round(phase, 3L * epoch + i, epoch));
    }
    epochs.add(SamplePages.epoch(phase, epoch, NETWORK));
  }

  @Test
  void of_bothPhases_stepsAreRoundsTaken() throws IOException {
    addEpoch(RunPhase.TRAIN, 0);
    addEpoch(RunPhase.TRAIN, 1);
    addEpoch(RunPhase.FINE_TUNE, 0);
    EventFile file = EventFile.read(TensorBoardEvents.of(rounds, epochs));
    assertThat(file.events().get(0).version()).isEqualTo("brain.Event:2");
    assertThat(file.events().get(1).sessionStarts()).isTrue();
    assertThat(file.scalars("round/loss").keySet())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 9).boxed().toList());
    assertThat(file.scalars("round/loss").values())
        .containsExactlyElementsOf(rounds.stream().map(round -> (float) round.loss()).toList());
    assertThat(file.scalars("epoch/heldBackAccuracy").keySet()).containsExactly(3L, 6L, 9L);
    assertThat(file.scalars("round/imagesPerSecond").get(1L)).isEqualTo(1280f);
    assertThat(file.events().get(file.events().size() - 1).wallTime())
        .as("9 rounds of 0.1 s and 3 times 0.5 s of judging")
        .isCloseTo(2.4, within(1e-9));
  }

  @Test
  void of_epoch_hasTheHistogramOfProbabilities() throws IOException {
    addEpoch(RunPhase.TRAIN, 0);
    addEpoch(RunPhase.TRAIN, 1);
    EventFile file = EventFile.read(TensorBoardEvents.of(rounds, epochs));
    Summary last = file.events().get(file.events().size() - 1).summary();
    HistogramProto histogram =
        last.getValueList().stream()
            .filter(value -> value.getTag().equals("epoch/probabilities"))
            .findFirst()
            .orElseThrow()
            .getHisto();
    assertThat(histogram.getBucketList())
        .containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
    assertThat(histogram.getBucketLimitList()).hasSize(10).startsWith(0.1).endsWith(1.0);
    assertThat(histogram.getNum()).isEqualTo(10);
    assertThat(histogram.getSum()).isCloseTo(5, within(1e-9));
  }

  /** What is read where it is missing is no point of TensorBoard's. */
  @Test
  void of_figureOfZero_isThere() throws IOException {
    addEpoch(RunPhase.TRAIN, 0);
    EpochReport epoch = epochs.remove(0);
    epochs.add(
        new EpochReport(RunPhase.TRAIN, 0, 1, 0, 0, 0.36, 1, 1, 1, null, null, epoch.structure()));
    assertThat(
            EventFile.read(TensorBoardEvents.of(rounds, epochs)).scalars("epoch/heldBackAccuracy"))
        .containsEntry(3L, 0f);
  }

  @Test
  void of_runThatGoesOn_beginsWithWhatItHadBefore() {
    addEpoch(RunPhase.TRAIN, 0);
    byte[] before = TensorBoardEvents.of(rounds, epochs);
    addEpoch(RunPhase.TRAIN, 1);
    addEpoch(RunPhase.FINE_TUNE, 0);
    byte[] after = TensorBoardEvents.of(rounds, epochs);
    assertThat(Arrays.copyOf(after, before.length)).isEqualTo(before);
    assertThat(after.length).isGreaterThan(before.length);
  }

  @Test
  void of_realRun_hasTheFiguresOfItsMetrics() throws IOException {
    Path run = PageRuns.ended("anchor");
    EventFile file;
    try (RunDirectory directory = PageRuns.open(run)) {
      file = EventFile.read(TensorBoardEvents.of(directory));
    }
    long roundsTaken =
        Files.readAllLines(run.resolve("metrics.jsonl")).stream()
            .filter(line -> line.contains("\"type\":\"round\""))
            .count();
    assertThat(file.scalars("round/loss")).hasSize((int) roundsTaken);
    assertThat(file.scalars("round/probeLoss")).hasSizeLessThan((int) roundsTaken).isNotEmpty();
    assertThat(file.scalars("epoch/loss")).hasSize(4);
  }

  @Test
  void of_noRun_isRefused(@TempDir Path empty) throws IOException {
    try (RunDirectory directory = PageRuns.open(empty)) {
      assertThatThrownBy(() -> TensorBoardEvents.of(directory))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("expected a run's manifest, metrics or checkpoints");
    }
  }
}
