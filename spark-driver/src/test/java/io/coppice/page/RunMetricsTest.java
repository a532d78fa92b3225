package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunMetricsTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING).build();
  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private final List<String> lines = new ArrayList<>();

  private void add(String type, Object report) {
    ObjectNode line = JSON.createObjectNode().put("type", type).put("schema", 1);
    line.setAll((ObjectNode) JSON.valueToTree(report));
    lines.add(line.toString());
  }

  private void addEpoch(RunPhase phase, int epoch, int rounds) {
    for (int i = 0; i < rounds; i++) {
      add("round", SamplePages.round(phase, (long) epoch * rounds + i, epoch));
    }
    add("epoch", SamplePages.epoch(phase, epoch, NETWORK));
  }

  private RunMetrics read(boolean goesOn) throws IOException {
    return RunMetrics.read(
        new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)),
        goesOn);
  }

  @Test
  void read_bothPhases_areInTheirOrderWithTheirFigures() throws IOException {
    addEpoch(RunPhase.TRAIN, 0, 2);
    addEpoch(RunPhase.TRAIN, 1, 2);
    addEpoch(RunPhase.FINE_TUNE, 0, 2);
    RunMetrics metrics = read(false);
    assertThat(metrics.rounds())
        .extracting(RoundReport::phase)
        .containsExactly(
            RunPhase.TRAIN,
            RunPhase.TRAIN,
            RunPhase.TRAIN,
            RunPhase.TRAIN,
            RunPhase.FINE_TUNE,
            RunPhase.FINE_TUNE);
    assertThat(metrics.epochs())
        .containsExactly(
            SamplePages.epoch(RunPhase.TRAIN, 0, NETWORK),
            SamplePages.epoch(RunPhase.TRAIN, 1, NETWORK),
            SamplePages.epoch(RunPhase.FINE_TUNE, 0, NETWORK));
    assertThat(metrics.rounds().get(3)).isEqualTo(SamplePages.round(RunPhase.TRAIN, 3, 1));
    assertThat(metrics.notes()).isEmpty();
  }

  @Test
  void read_runThatWentBack_doesNotCountWhatWasUndone() throws IOException {
    addEpoch(RunPhase.TRAIN, 0, 3);
    addEpoch(RunPhase.TRAIN, 1, 3);
    add("wentBack", JSON.createObjectNode().put("reason", "NaN").put("rounds", 4));
    RunMetrics metrics = read(true);
    assertThat(metrics.rounds()).hasSize(4);
    assertThat(metrics.epochs()).extracting(EpochReport::epoch).containsExactly(0);
    assertThat(metrics.notes())
        .containsExactly("The training diverged and went back to the state after 4 rounds: NaN");
  }

  @Test
  void read_fineTuningThatWentBack_keepsTheTraining() throws IOException {
    addEpoch(RunPhase.TRAIN, 0, 3);
    addEpoch(RunPhase.FINE_TUNE, 0, 3);
    add("wentBack", JSON.createObjectNode().put("reason", "NaN").put("rounds", 5));
    RunMetrics metrics = read(true);
    assertThat(metrics.rounds()).hasSize(5);
    assertThat(metrics.epochs()).extracting(EpochReport::phase).containsExactly(RunPhase.TRAIN);
  }

  @Test
  void read_otherLines_areTold() throws IOException {
    add("round", SamplePages.round(RunPhase.TRAIN, 0, 0));
    lines.add("{\"type\":\"round\",\"phase\":\"train\",\"loss\":[]}");
    lines.add("\"text\"");
    lines.add("{\"type\":\"round\",\"loss\":1}");
    lines.add("{\"type\":\"of-a-later-version\"}");
    add("caution", JSON.createObjectNode().put("reason", "s3a://me:secret@bucket is slow"));
    RunMetrics metrics = read(false);
    assertThat(metrics.rounds()).hasSize(1);
    assertThat(metrics.notes())
        .hasSize(2)
        .anyMatch(note -> note.contains("3 of the 6 lines") && note.contains("line 2"))
        .anyMatch(note -> note.contains("bucket is slow") && !note.contains("secret"));
  }

  @Test
  void read_lastLineHalfWritten_isDamageOnlyWhereTheRunEnded() throws IOException {
    add("round", SamplePages.round(RunPhase.TRAIN, 0, 0));
    lines.add("{\"type\":\"rou");
    assertThat(read(true).notes()).isEmpty();
    assertThat(read(false).notes()).hasSize(1);
  }

  @Test
  void read_lineOfAnEarlierVersion_lacksWhatItDidNotHave() throws IOException {
    lines.add(
        "{\"type\":\"epoch\",\"phase\":\"fine-tune\",\"epoch\":0,\"loss\":0.5,\"accuracy\":0.5,"
            + "\"heldBackAccuracy\":0.6,\"flopsRatio\":0.3,\"imagesPerSecond\":10,\"seconds\":1}");
    EpochReport epoch = read(false).epochs().get(0);
    assertThat(epoch.structure()).isNull();
    assertThat(epoch.budget()).isNull();
    assertThat(epoch.heldBackAccuracy()).isEqualTo(0.6);
  }
}
