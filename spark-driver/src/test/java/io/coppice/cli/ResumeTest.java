package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed or asked to stop, and the same command again. {@code
 * -Dcoppice.test.kills=N} sets the number of kills (default 3).
 */
class ResumeTest {

  private static final int KILLS = Integer.getInteger("coppice.test.kills", 3);
  private static final int SHORTEST_LIFE_MILLIS = 2000;
  private static final int LONGEST_LIFE_MILLIS = 9000;

  @TempDir static Path forAllTests;
  private static Path undisturbed;
  private static Map<String, byte[]> expected;

  @TempDir Path directory;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    undisturbed = forAllTests.resolve("undisturbed");
    Outcome reference = train(undisturbed, Map.of());
    assertThat(reference.exitCode()).as(reference.err()).isZero();
    expected = result(undisturbed);
  }

  @Test
  void train_killedAtRandomMoments_endsWithTheBitsOfAnUndisturbedRun() throws Exception {
    Random random = new Random(11);
    int kills = 0;
    int resumed = 0;
    for (int run = 0; kills < KILLS; run++) {
      Path output = directory.resolve("run" + run);
      int exitCode = -1;
      for (int life = 0; exitCode != 0; life++) {
        CoppiceProcess process = start("run" + run + "-" + life, output, Map.of());
        if (kills == 0) {
          // However slow the machine, one life at least leaves something to go on from.
          awaitCheckpoint(output, process);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        } else {
          TimeUnit.MILLISECONDS.sleep(
              SHORTEST_LIFE_MILLIS + random.nextInt(LONGEST_LIFE_MILLIS - SHORTEST_LIFE_MILLIS));
        }
        if (process.isAlive() && kills < KILLS) {
          process.kill();
          kills++;
          assertOutcome(output, Files.exists(output.resolve("manifest.json")) ? 0 : 137);
        } else {
          exitCode = process.exitCode();
          assertThat(exitCode).as(process.output()).isZero();
          assertOutcome(output, 0);
        }
        resumed += process.output().contains("Going on from the checkpoint") ? 1 : 0;
      }
      assertSameResult(result(output), expected);
      assertMetricsAreComplete(output);
    }
    assertThat(resumed).as("lives that went on from a checkpoint").isPositive();
  }

  @Test
  void train_terminated_keepsItsStateAndGoesOn() throws Exception {
    Path output = directory.resolve("run");
    CoppiceProcess process = start("first", output, Map.of("checkpoint.everyRounds", "0"));
    process.awaitOutput("epoch 1:");
    assertOutcome(output, 11);
    process.terminate();
    assertThat(process.exitCode()).as(process.output()).isEqualTo(143);
    assertOutcome(output, 143);
    assertThat(process.output())
        .contains("received SIGTERM", "the same command goes on from there");
    CoppiceProcess again = start("second", output, Map.of("checkpoint.everyRounds", "0"));
    assertThat(again.exitCode()).as(again.output()).isZero();
    assertThat(again.output()).contains("Going on from the checkpoint after");
    assertSameResult(result(output), expected);
    assertMetricsAreComplete(output);
  }

  @Test
  void train_sameCommandAfterTheEnd_saysSoAndAnotherIsRefused() throws Exception {
    Outcome again = train(undisturbed, Map.of());
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("complete already");
    Outcome other = train(undisturbed, Map.of("training.epochs", "3"));
    assertThat(other.exitCode()).isEqualTo(6);
    assertThat(other.err()).contains("another run", "'training.epochs' was 4 and is 3");
  }

  @Test
  void train_manifestOfTheResultChanged_refusedUntilItIsRemoved() throws Exception {
    Path output = copyOfUndisturbed();
    Path manifest = output.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replaceFirst("\"seed\" : 1", "\"seed\" : 2"));
    Outcome changed = train(output, Map.of());
    assertThat(changed.exitCode()).isEqualTo(7);
    assertThat(changed.err()).contains("manifest.json: expected SHA-256", "remove it");
    Files.delete(manifest);
    Path model = output.resolve("model/dense.safetensors");
    Files.delete(model);
    Outcome anew = train(output, Map.of());
    assertThat(anew.exitCode()).as(anew.err()).isZero();
    assertThat(model).hasSameBinaryContentAs(undisturbed.resolve("model/dense.safetensors"));
  }

  @Test
  void train_stoppedThenOtherSettings_refusedWithSeven() throws Exception {
    Path output = copyOfUndisturbed();
    Files.delete(output.resolve("manifest.json"));
    Outcome other = train(output, Map.of("structure.budget", "0.5"));
    assertThat(other.exitCode()).isEqualTo(7);
    assertThat(other.err()).contains("'structure.budget' was 0.36 and is 0.5");
  }

  /** A process that was killed before it had its directory leaves no word. */
  private static void assertOutcome(Path output, int exitCode) {
    Outcome outcome = CoppiceCommand.run("outcome", output.toString());
    if (exitCode == 137 && !Files.exists(output.resolve("outcome.json"))) {
      assertThat(outcome.exitCode()).as(outcome.out()).isIn(12, 137);
    } else {
      assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(exitCode);
    }
  }

  private Path copyOfUndisturbed() throws IOException {
    Path copy = directory.resolve("run");
    try (Stream<Path> files = Files.walk(undisturbed)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(undisturbed.relativize(file)));
      }
    }
    return copy;
  }

  private static void awaitCheckpoint(Path output, CoppiceProcess process) throws Exception {
    Path first = output.resolve("checkpoints/00000003/manifest.json");
    while (process.isAlive() && !Files.exists(first)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private CoppiceProcess start(String name, Path output, Map<String, String> settings)
      throws IOException {
    return CoppiceProcess.start(
        directory.resolve(name + ".log"), Map.of(), arguments(output, settings));
  }

  /** In this JVM, for what needs no process of its own. */
  private static Outcome train(Path output, Map<String, String> settings) {
    return CoppiceCommand.run(arguments(output, settings).toArray(String[]::new));
  }

  private static List<String> arguments(Path output, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>();
    all.put("network.name", "resnet8");
    all.put("network.width", "0.5");
    all.put("training.epochs", "4");
    all.put("training.batchSize", "240");
    all.put("checkpoint.everyRounds", "3");
    all.put("finish.candidates", "3");
    all.putAll(settings);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", "--master", "local[2]", "--output", output.toString()));
    all.forEach(
        (key, value) -> {
          arguments.add("--set");
          arguments.add(key + "=" + value);
        });
    return arguments;
  }

  /** The files that time leaves alone: the models, and the last checkpoint's state. */
  private static Map<String, byte[]> result(Path output) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> models = Files.list(output.resolve("model"))) {
      for (Path file : models.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    try (Stream<Path> checkpoints = Files.list(output.resolve("checkpoints"))) {
      Path last =
          checkpoints
              .filter(path -> !path.endsWith("metrics"))
              .sorted()
              .reduce((a, b) -> b)
              .orElseThrow();
      for (String name : List.of("weights", "velocity", "structure")) {
        Path file = last.resolve(name + ".safetensors");
        // How often it was begun, which may stand behind a dash, depends on the kills.
        files.put(
            last.getFileName().toString().substring(0, 8) + "/" + name, Files.readAllBytes(file));
      }
      files.put("state", Files.readAllBytes(last.resolve("state.json")));
    }
    return files;
  }

  private static void assertSameResult(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
  }

  /** Every round of every phase stands there once. */
  private static void assertMetricsAreComplete(Path output) throws IOException {
    List<String> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonNode metrics = new ObjectMapper().readTree(line);
      if (metrics.path("type").asText().equals("round")) {
        rounds.add(metrics.path("phase").asText() + " " + metrics.path("round").asInt());
      }
    }
    // 5,400 images, not held back, by 240: 22 rounds an epoch, four epochs and one of fine-tuning.
    assertThat(rounds).hasSize(110).doesNotHaveDuplicates();
  }
}
