package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret in the environment shows nowhere. */
class SecretsTest {

  private static final String CANARY = "canary-5f2d9c71";

  @TempDir Path directory;

  @Test
  void train_secretInTheConfiguration_isInNoFileThatTheRunLeaves() throws Exception {
    Path events = Files.createDirectory(directory.resolve("events"));
    Path config = directory.resolve("run.yaml");
    Files.writeString(
        config,
        """
        network: {name: resnet8, width: 0.5}
        training: {epochs: 1, batchSize: 480}
        finish: {fineTuneEpochs: 0, candidates: 1}
        checkpoint: {everyRounds: 2}
        hadoop: {fs.s3a.secret.key: "${env:COPPICE_TEST_SECRET}"}
        """);
    List<String> arguments =
        List.of(
            "train",
            "--config",
            config.toString(),
            "--output",
            directory.resolve("run").toString(),
            "--master",
            "local[2]",
            // What Spark's UI and its history server show is in the event log.
            "--conf",
            "spark.eventLog.enabled=true",
            "--conf",
            "spark.eventLog.dir=" + events.toUri(),
            // Spark's own list of secrets lacks these.
            "--conf",
            "spark.hadoop.fs.azure.account.key.store=" + CANARY,
            "--set",
            "hadoop.fs.s3a.encryption.key=" + CANARY);
    CoppiceProcess process =
        CoppiceProcess.start(
            directory.resolve("log"), Map.of("COPPICE_TEST_SECRET", CANARY), arguments);
    assertThat(process.exitCode()).as(process.output()).isZero();
    assertThat(process.output()).as("what libraries say of themselves").doesNotContain("bytedeco");
    CoppiceProcess printed =
        CoppiceProcess.start(
            directory.resolve("printed"),
            Map.of("COPPICE_TEST_SECRET", CANARY),
            List.of("train", "--config", config.toString(), "--print-config"));
    assertThat(printed.exitCode()).isZero();

    assertThat(filesWith("${env:COPPICE_TEST_SECRET}"))
        .as("the reference itself may show")
        .contains("run.yaml", "manifest.json", "printed");
    assertThat(filesWith("SparkListenerApplicationStart")).isNotEmpty();
    assertThat(filesWith(CANARY)).isEmpty();
  }

  @Test
  void train_variableNotSet_exitsWithTwoNamingItBeforeAnythingStarts() throws Exception {
    Path output = directory.resolve("run");
    CoppiceProcess process =
        CoppiceProcess.start(
            directory.resolve("log"),
            Map.of(),
            List.of(
                "train",
                "--output",
                output.toString(),
                "--set",
                "hadoop.fs.s3a.secret.key=${env:COPPICE_NOT_SET}"));
    assertThat(process.exitCode()).isEqualTo(2);
    assertThat(process.output()).contains("COPPICE_NOT_SET, which is not set");
    assertThat(output.toFile().list()).containsExactly("outcome.json");
  }

  private List<String> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> contains(file, text))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
