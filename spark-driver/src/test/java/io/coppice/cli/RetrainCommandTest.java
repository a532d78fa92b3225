package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.registry.Registry;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code retrain} and {@code registry} as a scheduler sees them: some nights, one after the other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetrainCommandTest {

  @TempDir static Path directory;
  private static Path registry;

  @BeforeAll
  static void writeData() throws IOException {
    registry = directory.resolve("registry");
    Random random = new Random(3);
    SampleParts.write(directory.resolve("monday"), 0, label -> label);
    SampleParts.write(directory.resolve("tuesday"), 1, label -> random.nextInt(10));
    SampleParts.write(directory.resolve("wednesday"), 2, label -> label);
  }

  private static List<String> arguments(String data, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "retrain",
                "--master",
                "local[2]",
                "--registry",
                registry.toString(),
                "--data",
                directory.resolve(data).toString()));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=3",
            "training.batchSize=100",
            "checkpoint.everyRounds=5",
            "finish.candidates=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Outcome retrain(String data, String... more) {
    return CoppiceCommand.run(arguments(data, more).toArray(String[]::new));
  }

  private static Outcome registry(String command, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("registry", command, "--registry", registry.toString()));
    arguments.addAll(List.of(more));
    return CoppiceCommand.run(arguments.toArray(String[]::new));
  }

  private static int outcomeOf(String runId, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("outcome", "--registry", registry.toString(), "--run-id", runId));
    arguments.addAll(List.of(more));
    return CoppiceCommand.run(arguments.toArray(String[]::new)).exitCode();
  }

  private static String lastLine(String output) {
    return output.lines().reduce((before, last) -> last).orElseThrow();
  }

  private static void assertWholeAndCurrent(int version) throws IOException {
    Outcome verified = registry("verify");
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(verified.out()).endsWith("whole\n");
    JsonNode list = new ObjectMapper().readTree(registry("list", "--json").out());
    assertThat(list.path("current").asInt()).isEqualTo(version);
  }

  @Test
  @Order(1)
  void retrain_emptyRegistry_promotesWhatIsBetterThanChance() throws IOException {
    Outcome night = retrain("monday");
    assertThat(night.exitCode()).as(night.err()).isZero();
    assertThat(lastLine(night.out()))
        .startsWith("promoted: version 1; run ")
        .contains("the first model, accuracy", "on 1,000 images", "is ruled out");
    assertWholeAndCurrent(1);
  }

  @Test
  @Order(2)
  void retrain_sameDataAndConfigurationAgain_saysSoAndChangesNothing() throws IOException {
    Outcome again = retrain("monday");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(lastLine(again.out()))
        .contains("was decided at", "nothing is to be done: promoted: version 1");
    assertThat(again.out()).doesNotContain("epoch");
    assertWholeAndCurrent(1);
  }

  @Test
  @Order(3)
  void retrain_shuffledLabels_refusedByTheSameImages() throws IOException {
    Outcome night = retrain("tuesday", "--run-id", "tuesday", "--json");
    assertThat(night.exitCode()).as(night.err()).isZero();
    JsonNode decision = new ObjectMapper().readTree(night.out());
    assertThat(decision.path("promoted").asBoolean()).isFalse();
    assertThat(decision.path("why").asText())
        .startsWith("not promoted: version 1 stays; run tuesday: accuracy ")
        .contains("worse by 2 points or more is not ruled out");
    JsonNode figures = decision.path("figures");
    assertThat(
            figures.path("bothRight").asInt()
                + figures.path("onlyCurrentRight").asInt()
                + figures.path("onlyCandidateRight").asInt()
                + figures.path("neitherRight").asInt())
        .isEqualTo(1000);
    assertThat(figures.path("pValue").asDouble()).isGreaterThan(0.05);
    assertThat(figures.path("drift").path("accuracyNow").asDouble())
        .isEqualTo(figures.path("currentAccuracy").asDouble());
    assertThat(figures.path("data").path("trainSha256").asText()).hasSize(64);
    Outcome again = retrain("tuesday", "--run-id", "tuesday", "--fail-if-not-promoted");
    assertThat(again.exitCode()).isEqualTo(10);
    assertThat(lastLine(again.out())).contains("run tuesday was decided at", "not promoted");
    assertThat(outcomeOf("tuesday")).as("as its command ended").isZero();
    assertThat(outcomeOf("tuesday", "--fail-if-not-promoted")).isEqualTo(10);
    assertWholeAndCurrent(1);
  }

  @Test
  @Order(4)
  void retrain_registryInUse_endsWithSixSayingWho() throws IOException {
    try (Registry open = Registry.open(registry.toString(), new Configuration());
        RunOwner owner = open.claim(false)) {
      owner.requireOwned();
      Outcome second = retrain("wednesday", "--run-id", "other");
      assertThat(second.exitCode()).isEqualTo(6);
      assertThat(second.err())
          .contains("the registry is in use by process " + ProcessHandle.current().pid(), "since");
    }
    assertThat(outcomeOf("other")).as("it never had the registry").isEqualTo(12);
    assertWholeAndCurrent(1);
  }

  @Test
  @Order(5)
  void retrain_killedThreeTimesOnTheWay_goesOnAndPromotesOnce() throws Exception {
    Path run = registry.resolve("runs/wednesday");
    List<Path> signs =
        List.of(
            run.resolve("checkpoints/00000005/manifest.json"),
            run.resolve("model"),
            registry.resolve("versions/0002"));
    List<String> arguments = arguments("wednesday", "--run-id", "wednesday");
    for (Path sign : signs) {
      CoppiceProcess process = CoppiceProcess.start(directory.resolve("log"), Map.of(), arguments);
      while (process.isAlive() && !Files.exists(sign)) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(process.isAlive() || Files.exists(sign)).as(process.output()).isTrue();
      boolean farFromItsEnd = sign.equals(signs.get(0));
      if (farFromItsEnd) {
        assertThat(outcomeOf("wednesday")).isEqualTo(11);
      }
      process.kill();
      try (Registry killed = Registry.open(registry.toString(), new Configuration())) {
        assertThat(outcomeOf("wednesday"))
            .isEqualTo(killed.decision("wednesday").isPresent() ? 0 : 137);
      }
      assertThat(registry("verify").exitCode()).isZero();
    }
    Outcome night = CoppiceCommand.run(arguments.toArray(String[]::new));
    assertThat(night.exitCode()).as(night.out() + night.err()).isZero();
    assertThat(lastLine(night.out()))
        .contains("promoted: version 2; run wednesday: accuracy", "is ruled out")
        .doesNotContain("not promoted");
    JsonNode list = new ObjectMapper().readTree(registry("list", "--json").out());
    assertThat(list.path("versions")).hasSize(2);
    assertThat(list.path("history").findValuesAsText("action"))
        .containsExactly("began", "promoted", "began", "refused", "began", "promoted");
    assertThat(outcomeOf("wednesday", "--fail-if-not-promoted")).isZero();
    assertWholeAndCurrent(2);
  }

  @Test
  @Order(6)
  void registry_listShowAndRollback_tellAndUndo() throws IOException {
    Outcome list = registry("list");
    assertThat(list.out())
        .contains("* 2 ", "began run wednesday, from version 1", "not promoted: version 1 stays");
    Outcome show = registry("show");
    assertThat(show.out())
        .contains(
            "2, the current one",
            registry.resolve("versions/0002").toString(),
            "run wednesday, from version 1",
            "promoted: version 2");
    Outcome evaluated =
        CoppiceCommand.run(
            "evaluate",
            "--run",
            registry.resolve("versions/0002").toString(),
            "--data",
            directory.resolve("monday").toString());
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    Outcome back = registry("rollback", "--why", "complaints");
    assertThat(back.exitCode()).as(back.err()).isZero();
    assertThat(back.out()).isEqualTo("back from version 2 to 1: complaints\n");
    assertThat(registry("show", "2", "--json").out()).contains("\"isCurrent\":false");
    assertWholeAndCurrent(1);
  }

  @Test
  @Order(7)
  void retrain_currentVersionDamaged_endsWithSevenUntilItIsRolledBack() throws IOException {
    Path model = registry.resolve("versions/0001/model/dense.safetensors");
    byte[] whole = Files.readAllBytes(model);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(model, damaged);
    Outcome night = retrain("monday", "--run-id", "thursday");
    assertThat(night.exitCode()).isEqualTo(7);
    assertThat(night.err()).contains("version 1 is damaged", "dense.safetensors", "rollback");
    assertThat(outcomeOf("thursday")).isEqualTo(7);
    Outcome verified = registry("verify");
    assertThat(verified.exitCode()).isEqualTo(7);
    assertThat(verified.out())
        .contains("versions/0001: ", "dense.safetensors: expected SHA-256")
        .endsWith("DAMAGED\n");
    assertThat(registry("rollback", "--to", "2").exitCode()).isZero();
    Files.write(model, whole);
    assertWholeAndCurrent(2);
  }

  @Test
  @Order(8)
  void report_retraining_saysWhatBecameOfIt() throws IOException {
    Path page = registry.resolve("pages/tuesday.html");
    String left = Files.readString(page);
    assertThat(left)
        .contains("Not promoted, version 1 stays: resnet8", "Against version 1, which was current");
    assertThat(registry.resolve("pages/wednesday.html"))
        .content()
        .contains("Promoted, as version 2:");
    Files.delete(page);
    Outcome made =
        CoppiceCommand.run("report", "--registry", registry.toString(), "--run-id", "tuesday");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(page).hasContent(left);
    JsonNode last =
        new ObjectMapper()
            .readTree(
                CoppiceCommand.run("report", "--registry", registry.toString(), "--json").out());
    assertThat(last.path("judgement").path("version").asInt()).isEqualTo(2);
    assertThat(
            CoppiceCommand.run("report", "--registry", registry.toString(), "--run-id", "no").err())
        .contains("no retraining 'no' is decided");
    assertThat(CoppiceCommand.run("report").exitCode()).isEqualTo(2);
  }

  @Test
  @Order(9)
  void registry_prune_removesWhatIsOld() throws IOException {
    Outcome would = registry("prune", "--keep", "0", "--keep-runs", "1", "--dry-run");
    assertThat(would.out()).startsWith("would be removed: version 1; runs ");
    Outcome pruned = registry("prune", "--keep", "0", "--keep-runs", "1");
    assertThat(pruned.out()).isEqualTo(would.out().replace("would be removed", "removed"));
    assertThat(registry.resolve("versions/0001")).doesNotExist();
    assertThat(registry.resolve("runs/wednesday")).exists();
    Outcome report =
        CoppiceCommand.run("report", "--registry", registry.toString(), "--run-id", "tuesday");
    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(report.err()).contains("was removed", "pages/tuesday.html");
    assertWholeAndCurrent(2);
  }

  @Test
  @Order(10)
  void retrain_whatCannotBe_refusedBeforeAnything() {
    assertThat(retrain("monday", "--run-id", "../outside").exitCode()).isEqualTo(2);
    assertThat(retrain("monday", "--set", "output=/elsewhere").exitCode()).isEqualTo(2);
    Outcome other = retrain("monday", "--run-id", "wider", "--set", "network.width=1");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("'training.from': ", "holds no weights of");
    assertThat(outcomeOf("wider")).isEqualTo(2);
    assertThat(retrain("monday", "--run-id", "early", "--set", "training.epoch=1").exitCode())
        .isEqualTo(2);
    assertThat(outcomeOf("early")).as("before it had the registry").isEqualTo(2);
    Outcome none =
        CoppiceCommand.run("registry", "list", "--registry", directory.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("there is no such directory");
  }
}
