package io.coppice.storage;

import static io.coppice.storage.SampleCheckpoints.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.cli.CoppiceCommand;
import io.coppice.cli.NoiseImages;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run needs of a file system, shown on a real one. */
abstract class FileSystemContract {

  /** Directory for the tests' runs. */
  abstract String base();

  /** Properties of Hadoop by which it is reached. */
  abstract Map<String, String> properties();

  @Test
  void checkpoints_writtenPrunedAndDamaged_areFoundAsTheyAre() throws IOException {
    RunDirectory directory = open("checkpoints-run");
    CheckpointStore store = SampleCheckpoints.store(directory);
    try (MetricsLog log = SampleCheckpoints.metrics(directory, 0)) {
      for (int number = 1; number <= 4; number++) {
        log.append("round " + number);
        CheckpointName name = store.write(checkpoint(number), log.keep(log.position()));
        store.prune(name, 2, log.segments());
      }
    }
    CheckpointStore.Found whole = store.latest();
    try (MetricsLog again = MetricsLog.open(directory, whole.metrics(), caution -> {})) {
      again.finish();
    }
    assertThat(directory.read(RunDirectory.METRICS, 1000))
        .asString()
        .isEqualTo("round 1\nround 2\nround 3\nround 4\n");
    SampleCheckpoints.assertSame(store.latest().checkpoint().orElseThrow(), checkpoint(4));
    FileSystem fileSystem = directory.fileSystem();
    try (var out =
        fileSystem.create(directory.path("checkpoints/00000004/velocity.safetensors"), true)) {
      out.write(7);
    }
    CheckpointStore.Found found = store.latest();
    SampleCheckpoints.assertSame(found.checkpoint().orElseThrow(), checkpoint(3));
    assertThat(found.passedOver())
        .singleElement()
        .asString()
        .contains("00000004/velocity.safetensors: expected");
    assertThat(RunVerifier.verify(directory).damaged()).isTrue();
    assertThat(fileSystem.exists(directory.path("checkpoints/00000001"))).isFalse();
  }

  @Test
  void owner_claimedTwice_secondIsRefused() throws IOException {
    RunDirectory directory = open("owned-run");
    try (RunOwner owner = RunOwner.claim(directory, false)) {
      owner.requireOwned();
      assertThatThrownBy(() -> RunOwner.claim(open("owned-run"), true))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    RunOwner.claim(directory, false).close();
  }

  @Test
  void train_outputThere_isWholeAndVerifies() throws IOException {
    String output = base() + "/trained-run";
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--master", "local[2]", "--data", writeData(), "--output", output));
    properties()
        .forEach((key, value) -> arguments.addAll(List.of("--set", "hadoop." + key + "=" + value)));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=1",
            "training.batchSize=24",
            "checkpoint.everyRounds=2",
            "finish.candidates=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    assertThat(run(arguments)).contains("Test accuracy");
    assertThat(run(arguments)).contains("complete already");
    List<String> verify = new ArrayList<>(List.of("verify", output));
    verify.addAll(hadoopOptions());
    assertThat(run(verify))
        .contains("model/compact.zip: whole", "metrics.jsonl: whole", "checkpoints/00000004: whole")
        .endsWith("whole\n");
    RunDirectory directory = open("trained-run");
    JsonNode summary = directory.manifest().path("summary");
    assertThat(summary.path("testImages").asInt()).isEqualTo(NoiseImages.TEST_IMAGES);
    assertExportAndEvaluate(output, summary.path("testAccuracy").asDouble());
  }

  @Test
  void retrain_registryThere_promotesOnceAndVerifies() throws IOException {
    String registry = base() + "/registry";
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "retrain",
                "--master",
                "local[2]",
                "--data",
                writeData(),
                "--registry",
                registry,
                "--run-id",
                "night"));
    properties()
        .forEach((key, value) -> arguments.addAll(List.of("--set", "hadoop." + key + "=" + value)));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=4",
            "training.batchSize=24",
            "checkpoint.everyRounds=10",
            "finish.candidates=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    assertThat(run(arguments)).contains("promoted: version 1; run night: the first model");
    assertThat(run(arguments)).contains("was decided at", "promoted: version 1");
    List<String> verify = new ArrayList<>(List.of("registry", "verify", "--registry", registry));
    verify.addAll(hadoopOptions());
    assertThat(run(verify))
        .contains("history/00000002.json: whole", "versions/0001: model/compact.zip: whole")
        .endsWith("whole\n");
  }

  @Test
  void validate_folderOfImagesThere_isWhatItIsOnALocalDisk(@TempDir java.nio.file.Path local)
      throws IOException {
    NoiseImages.writeFolders(NoiseImages.in(local));
    Path there = new Path(base() + "/photos & more");
    try (FileSystem fileSystem = OwnFileSystem.of(there, configuration())) {
      NoiseImages.writeFolders(file -> fileSystem.create(new Path(there, file), true));
    }
    JsonNode found = validated(there.toString());
    assertThat(found.path("test").path("images").asInt()).isEqualTo(NoiseImages.TEST_IMAGES);
    assertThat(found).isEqualTo(validated(local.toString()));
  }

  /** All but the place. */
  private JsonNode validated(String folder) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("validate", "--json", "--master", "local[2]", "--data", folder));
    properties()
        .forEach((key, value) -> arguments.addAll(List.of("--set", "hadoop." + key + "=" + value)));
    for (String setting : List.of("data.size=8", "network.name=resnet8", "training.batchSize=24")) {
      arguments.addAll(List.of("--set", setting));
    }
    CoppiceCommand.Outcome outcome = outcome(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(outcome.out());
    json.remove("source");
    return json;
  }

  private void assertExportAndEvaluate(String output, double accuracy) throws IOException {
    String exported = base() + "/exported/model.onnx";
    assertThat(run(export(output, exported))).contains(exported, "from the run's result");
    assertThat(content(exported)).isEqualTo(content(output + "/model/compact.onnx"));
    List<String> evaluate =
        new ArrayList<>(List.of("evaluate", "--run", output, "--json", "--data", base() + "/data"));
    evaluate.addAll(hadoopOptions());
    String json = outcome(evaluate).out();
    assertThat(new ObjectMapper().readTree(json).path("accuracy").asDouble())
        .isCloseTo(accuracy, within(1e-9));
  }

  final List<String> export(String output, String file) {
    List<String> export =
        new ArrayList<>(List.of("export", "--run", output, "--format", "onnx", "--output", file));
    export.addAll(hadoopOptions());
    return export;
  }

  private List<String> hadoopOptions() {
    List<String> options = new ArrayList<>();
    properties().forEach((key, value) -> options.addAll(List.of("--hadoop", key + "=" + value)));
    return options;
  }

  /** Writes a data set there. */
  final String writeData() throws IOException {
    Path data = new Path(base() + "/data");
    try (FileSystem fileSystem = OwnFileSystem.of(data, configuration())) {
      NoiseImages.writeDataSet(file -> fileSystem.create(new Path(data, file), true));
    }
    return data.toString();
  }

  private byte[] content(String file) throws IOException {
    Path path = new Path(file);
    try (FileSystem fileSystem = OwnFileSystem.of(path, configuration());
        InputStream in = fileSystem.open(path)) {
      return in.readAllBytes();
    }
  }

  private RunDirectory open(String name) throws IOException {
    return RunDirectory.open(base() + "/" + name, configuration());
  }

  final Configuration configuration() {
    Configuration configuration = new Configuration();
    properties().forEach(configuration::set);
    return configuration;
  }

  final FileSystem fileSystem() throws IOException {
    return new Path(base()).getFileSystem(configuration());
  }

  static String run(List<String> arguments) {
    CoppiceCommand.Outcome outcome = outcome(arguments);
    String text = outcome.out() + outcome.err();
    assertThat(outcome.exitCode()).as(text).isZero();
    return text;
  }

  static CoppiceCommand.Outcome outcome(List<String> arguments) {
    return CoppiceCommand.run(arguments.toArray(String[]::new));
  }
}
