package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --dry-run} before, between and after the runs that it tells of. */
class DryRunTest {

  @TempDir private Path directory;
  private Path run;

  @BeforeEach
  void writeData() throws IOException {
    SampleParts.write(directory.resolve("data"), 0, label -> label);
    run = directory.resolve("run");
  }

  private Outcome coppice(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more).subList(0, 1));
    arguments.addAll(
        List.of("--master", "local[2]", "--data", directory.resolve("data").toString()));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=2",
            "training.batchSize=100",
            "finish.candidates=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more).subList(1, more.length));
    return CoppiceCommand.run(arguments.toArray(String[]::new));
  }

  private JsonNode dryRun(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--dry-run", "--json", "--output", run.toString()));
    arguments.addAll(List.of(more));
    Outcome outcome = coppice(arguments.toArray(String[]::new));
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.path("exitCode").asInt()).isEqualTo(outcome.exitCode());
    return json;
  }

  @Test
  void train_dryRun_tellsWhatWouldBecomeOfItAndWritesNothing() throws IOException {
    Outcome text = coppice("train", "--dry-run", "--output", run.toString());
    assertThat(text.exitCode()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("This run would begin in " + run, "training.epochs", "2 (14)")
        .contains("images held back", "layers", "FLOPs an image", "of a round", "memory")
        .doesNotContain("Ask Spark for");
    assertThat(run).doesNotExist();
    assertThat(directory.toFile().list()).containsExactly("data");
    JsonNode before = dryRun();
    assertThat(before.path("beginning").asText()).isEqualTo("begins");
    JsonNode plan = before.path("plan");
    assertThat(plan.path("rounds").asInt())
        .isEqualTo(2 * before.path("data").path("roundsPerEpoch").asInt());
    assertThat(plan.path("size").path("flops").asLong())
        .isLessThan(plan.path("size").path("denseFlops").asLong());

    assertThat(coppice("train", "--output", run.toString()).exitCode()).isZero();
    assertThat(dryRun().path("beginning").asText()).isEqualTo("complete");
    assertThat(dryRun("--set", "training.seed=2").path("exitCode").asInt()).isEqualTo(6);

    Files.delete(run.resolve("manifest.json"));
    JsonNode between = dryRun();
    assertThat(between.path("beginning").asText()).isEqualTo("goes-on");
    assertThat(between.path("roundsTaken").asInt()).isEqualTo(plan.path("rounds").asInt());
    assertThat(dryRun("--set", "training.seed=2").path("exitCode").asInt()).isEqualTo(7);
    try (RunDirectory open = RunDirectory.open(run.toString(), new Configuration());
        RunOwner owner = RunOwner.claim(open, false)) {
      while (RunOwner.holder(open).isEmpty()) {
        Thread.onSpinWait();
      }
      JsonNode refused = dryRun();
      assertThat(refused.path("exitCode").asInt()).isEqualTo(6);
      assertThat(refused.path("message").asText())
          .contains("in use by process " + ProcessHandle.current().pid());
      owner.requireOwned();
    }
  }

  @Test
  void train_dryRunOfWhatCannotBe_endsAsTheRunWouldAndLeavesNothing() throws IOException {
    assertThat(dryRun("--set", "training.batchSize=9000").path("exitName").asText())
        .isEqualTo("usage");
    assertThat(dryRun("--set", "training.epoch=1").path("exitCode").asInt()).isEqualTo(2);
    assertThat(run).doesNotExist();
  }

  @Test
  void retrain_dryRun_tellsFromWhichVersionAndWritesNothing() throws IOException {
    String registry = directory.resolve("registry").toString();
    Outcome dry = coppice("retrain", "--dry-run", "--registry", registry, "--run-id", "monday");
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.out())
        .contains("would begin in " + registry + "/runs/monday")
        .contains("run monday would start from drawn weights; no version is current");
    assertThat(directory.resolve("registry")).doesNotExist();
    assertThat(coppice("retrain", "--registry", registry, "--run-id", "monday").exitCode())
        .isZero();
    Outcome decided = coppice("retrain", "--dry-run", "--registry", registry, "--run-id", "monday");
    assertThat(decided.out()).contains("run monday was decided at");
    Outcome next =
        coppice("retrain", "--dry-run", "--json", "--registry", registry, "--run-id", "tuesday");
    JsonNode json = new ObjectMapper().readTree(next.out());
    assertThat(json.path("base").asInt()).isEqualTo(1);
    assertThat(json.path("beginning").asText()).isEqualTo("begins");
    assertThat(directory.resolve("registry/runs").toFile().list()).containsExactly("monday");
  }
}
