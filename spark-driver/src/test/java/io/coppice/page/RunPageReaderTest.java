package io.coppice.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.config.ConfigException;
import io.coppice.config.ConfigJson;
import io.coppice.report.RunSummary;
import io.coppice.storage.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a real run's files. */
class RunPageReaderTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"shares", "anchor", "uniform", "dense"})
  void read_runThatEnded_hasTheFiguresOfItsFiles(String strategy) throws IOException {
    Path run = PageRuns.ended(strategy);
    RunPage page = PageRuns.read(run);
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readAllBytes(run.resolve("manifest.json")));
    assertThat(page.ended()).isTrue();
    assertThat(page.network()).isEqualTo("resnet8");
    assertThat(page.notes()).isEmpty();
    assertThat(page.plannedEpochs()).isEqualTo(page.curves().epochsTaken());
    assertThat(requireNonNull(page.data()).trainImages()).isEqualTo(200);
    assertThat(requireNonNull(page.data()).classes()).hasSize(10);
    RunSummary summary = requireNonNull(page.summary());
    assertThat(summary.testAccuracy())
        .isEqualTo(manifest.path("summary").path("testAccuracy").doubleValue());
    assertThat(page.denseFlops()).isEqualTo(summary.denseFlops()).isPositive();

    List<JsonNode> rounds = lines(run, "round");
    assertThat(page.curves().roundsTaken()).isEqualTo(rounds.size());
    assertThat(page.curves().roundsAPoint()).isEqualTo(1);
    for (int i = 0; i < rounds.size(); i++) {
      RoundPoint point = page.curves().rounds().get(i);
      assertThat(point.loss()).isEqualTo(rounds.get(i).path("loss").doubleValue());
      assertThat(point.seconds()).isEqualTo(rounds.get(i).path("seconds").doubleValue());
      assertThat(point.flopsRatio()).isEqualTo(rounds.get(i).path("flopsRatio").doubleValue());
      assertThat(point.bytesOut()).isEqualTo(rounds.get(i).path("bytesOut").doubleValue());
    }
    List<JsonNode> epochs = lines(run, "epoch");
    double seconds = 0;
    for (JsonNode line : rounds) {
      seconds += line.path("seconds").doubleValue();
    }
    for (int i = 0; i < epochs.size(); i++) {
      EpochPoint point = page.curves().epochs().get(i);
      assertThat(point.at()).isEqualTo(i + 1);
      assertThat(point.heldBackAccuracy())
          .isEqualTo(epochs.get(i).path("heldBackAccuracy").doubleValue());
      assertThat(epochs.get(i).path("structure").path("probabilities").isArray())
          .as("probabilities in the line")
          .isEqualTo(point.probabilities() != null);
      seconds += epochs.get(i).path("judgingSeconds").doubleValue();
    }
    assertThat(page.curves().seconds()).isCloseTo(seconds, offset(1e-9));

    NetworkPicture structure = requireNonNull(page.structure());
    JsonNode kept = epochs.get(epochs.size() - 1).path("structure").path("kept");
    for (int group = 0; group < structure.groups().size(); group++) {
      assertThat(structure.groups().get(group).kept())
          .as("the final mask, which fine-tuning keeps")
          .isEqualTo(kept.get(group).intValue());
    }
    boolean learns = strategy.equals("anchor");
    assertThat(page.curves().epochs().get(0).probabilities() != null).isEqualTo(learns);
    assertThat(page.evidence() != null).isEqualTo(strategy.equals("shares"));
    assertThat(summary.flops() == summary.denseFlops()).isEqualTo(strategy.equals("dense"));
  }

  @Test
  void read_settings_areThoseThatDifferWithoutSecrets() throws IOException {
    RunPage page = PageRuns.read(PageRuns.ended("anchor"));
    assertThat(page.settings())
        .extracting(ConfigJson.Change::key, ConfigJson.Change::value, ConfigJson.Change::normally)
        .contains(
            tuple("training.epochs", "3", "14"),
            tuple("structure.strategy", "anchor", "shares"),
            tuple("hadoop.fs.s3a.secret.key", "(hidden)", ""));
    assertThat(PageHtml.json(page)).doesNotContain("literal-secret");
  }

  @Test
  void read_runThatGoesOn_isWhatItsMetricsAndCheckpointSay() throws IOException {
    RunPage page = PageRuns.read(PageRuns.stopped("anchor", 5));
    assertThat(page.ended()).isFalse();
    assertThat(page.network()).isEqualTo("resnet8");
    assertThat(page.summary()).isNull();
    assertThat(page.curves().roundsTaken()).isEqualTo(5);
    assertThat(page.curves().epochsTaken()).isEqualTo(1);
    assertThat(page.plannedEpochs()).isEqualTo(4);
    assertThat(requireNonNull(page.structure()).groups()).allMatch(group -> group.kept() != null);
    assertThat(page.denseFlops()).isEqualTo(PageRuns.read(PageRuns.ended("anchor")).denseFlops());
    assertThat(Verdict.of(page)).contains("has taken 5 rounds", "ended 1 of 4 epochs");
  }

  @Test
  void read_noEpochYet_saysSo() throws IOException {
    RunPage page = PageRuns.read(PageRuns.stopped("anchor", 1));
    assertThat(page.curves().epochs()).isEmpty();
    assertThat(page.curves().rounds()).hasSize(1);
    assertThat(requireNonNull(page.structure()).groups()).allMatch(group -> group.kept() == null);
    assertThat(Verdict.of(page)).contains("has not ended its first epoch");
  }

  @Test
  void read_noCheckpointYet_hasTheMetricsAlone() throws IOException {
    Path run = PageRuns.ended("anchor");
    Files.write(
        directory.resolve("metrics.jsonl"),
        Files.readAllLines(run.resolve("metrics.jsonl")).subList(0, 2));
    RunPage page = PageRuns.read(directory);
    assertThat(page.network()).isEqualTo("A network");
    assertThat(page.curves().rounds()).hasSize(2);
    assertThat(page.structure()).isNull();
    assertThat(page.settings()).isNull();
    assertThat(page.notes()).anyMatch(note -> note.contains("has no checkpoint yet"));
  }

  /** As on object stores, where a file is not there before it is closed. */
  @Test
  void read_metricsAreNotThereYet_areThoseOfTheCheckpoint() throws IOException {
    Path run = PageRuns.copy(PageRuns.stopped("anchor", 5), directory.resolve("run"));
    List<RoundPoint> whole = PageRuns.read(run).curves().rounds();
    Files.delete(run.resolve("metrics.jsonl"));
    assertThat(PageRuns.read(run).curves().rounds()).isEqualTo(whole).hasSize(5);
  }

  @Test
  void read_damagedLine_isToldAndNotFatal() throws IOException {
    Path run = PageRuns.copy(PageRuns.ended("uniform"), directory.resolve("run"));
    Path metrics = run.resolve("metrics.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(metrics));
    lines.set(2, lines.get(2).substring(0, 40));
    Files.write(metrics, lines);
    RunPage page = PageRuns.read(run);
    assertThat(page.notes())
        .singleElement()
        .asString()
        .contains("1 of the " + lines.size() + " lines of metrics.jsonl cannot be read", "line 3");
    assertThat(page.curves().roundsTaken())
        .isEqualTo(PageRuns.read(PageRuns.ended("uniform")).curves().roundsTaken() - 1);
  }

  @Test
  void read_damagedNetwork_isToldAndTheRestShown() throws IOException {
    Path run = PageRuns.copy(PageRuns.ended("uniform"), directory.resolve("run"));
    Files.writeString(run.resolve("network.json"), "{}");
    RunPage page = PageRuns.read(run);
    assertThat(page.structure()).isNull();
    assertThat(page.summary()).isNotNull();
    assertThat(page.notes())
        .singleElement()
        .asString()
        .contains("The network is not shown", "network.json: expected");
  }

  @Test
  void read_damagedManifestOrNoRun_isRefused() throws IOException {
    Path run = PageRuns.copy(PageRuns.ended("uniform"), directory.resolve("run"));
    Files.writeString(run.resolve("manifest.json"), "{}");
    assertThatThrownBy(() -> PageRuns.read(run)).isInstanceOf(DamagedException.class);
    assertThatThrownBy(() -> PageRuns.read(Files.createDirectory(directory.resolve("empty"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("found none of them");
  }

  private static List<JsonNode> lines(Path run, String type) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode parsed = new ObjectMapper().readTree(line);
      if (parsed.path("type").asText().equals(type)) {
        found.add(parsed);
      }
    }
    return found;
  }
}
