package io.coppice.cli;

import static io.coppice.cli.CoppiceCommand.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.network.ChannelGroup;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.source.FileSource;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import io.coppice.storage.FaultyFileSystem;
import io.coppice.structure.Mask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} and {@code evaluate} as their user sees them, on one small run. */
@TestInstance(Lifecycle.PER_CLASS)
class ModelCommandsTest {

  private Path directory;
  private Path data;
  private Path run;

  @BeforeAll
  void train(@TempDir Path forAllTests) throws IOException {
    directory = forAllTests;
    data = Files.createDirectories(directory.resolve("data"));
    NoiseImages.writeDataSet(file -> Files.newOutputStream(data.resolve(file)));
    run = directory.resolve("run");
    Outcome outcome =
        run(
            "train",
            "--data",
            data.toString(),
            "--output",
            run.toString(),
            "--master",
            "local[1]",
            "--set",
            "network.name=resnet8",
            "--set",
            "network.width=0.5",
            "--set",
            "training.epochs=2",
            "--set",
            "training.batchSize=24",
            "--set",
            "structure.granularity=1",
            "--set",
            "checkpoint.everyRounds=1",
            "--set",
            "checkpoint.keep=100");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  @Test
  void export_onnxAndDl4jOfAResult_areTheRunsOwnFiles() throws IOException {
    for (String format : new String[] {"onnx", "dl4j"}) {
      Path file = directory.resolve("exported." + format);
      Outcome outcome = export(run, format, file);
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains(file.toString(), "resnet8", "from the run's result");
      assertThat(file)
          .hasSameBinaryContentAs(
              run.resolve("model/compact." + (format.equals("dl4j") ? "zip" : format)));
    }
    assertThat(ModelSerializer.restoreComputationGraph(directory.resolve("exported.dl4j").toFile()))
        .isNotNull();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(n -> n.endsWith(".crc"));
    }
  }

  @Test
  void export_roundedChannels_areMultiples() throws IOException {
    Path file = directory.resolve("rounded.safetensors");
    Outcome outcome = export(run, "safetensors", file, "--round-channels", "4");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    CompactModel model = read(file);
    for (ChannelGroup group : model.network().groups()) {
      assertThat(model.mask().activeCount(group.id()) % 4).isZero();
    }
    assertThat(model.metadata())
        .containsEntry("strategy", "shares")
        .containsEntry("budget", "0.36")
        .containsKey("version");
  }

  @Test
  void export_runThatDidNotEnd_isItsLastCheckpoint() throws IOException {
    Path stopped = unfinished("stopped", 100);
    Path file = directory.resolve("stopped.safetensors");
    Outcome outcome = export(stopped, "safetensors", file);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsPattern("from the checkpoint after \\d+ rounds");
    // The last checkpoint is after the last round of fine-tuning.
    CompactModel result = read(run.resolve("model/compact.safetensors"));
    assertThat(read(file).mask()).isEqualTo(result.mask());
    assertThat(read(file).normalisation()).isEqualTo(result.normalisation());
  }

  @Test
  void export_runThatIsStillLearningItsStructure_isWithinItsBudget() throws IOException {
    Path young = unfinished("young", 2);
    Path file = directory.resolve("young.safetensors");
    assertThat(export(young, "safetensors", file).exitCode()).isZero();
    CompactModel model = read(file);
    assertThat(model.mask().activeCount()).isPositive();
    assertThat(model.compact().parameters().size())
        .isLessThan(
            read(file)
                .widened(Mask.full(model.network().groupChannels()))
                .compact()
                .parameters()
                .size());
    assertThat(run("evaluate", "--run", young.toString(), "--data", data.toString()).exitCode())
        .isZero();
  }

  @Test
  void export_fileThatIsThere_onlyWithOverwrite() throws IOException {
    Path file = directory.resolve("there.onnx");
    Files.writeString(file, "precious");
    Outcome refused = export(run, "onnx", file);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(file.toString(), "--overwrite");
    assertThat(file).hasContent("precious");
    assertThat(export(run, "onnx", file, "--overwrite").exitCode()).isZero();
    assertThat(file).hasSameBinaryContentAs(run.resolve("model/compact.onnx"));
    assertThat(export(run, "onnx", data, "--overwrite").exitCode()).isEqualTo(2);
  }

  @Test
  void export_wrongUsage_exitsWithTwo() {
    Path file = directory.resolve("never.onnx");
    Outcome format = export(run, "keras", file);
    assertThat(format.exitCode()).isEqualTo(2);
    assertThat(format.err()).contains("keras", "onnx");
    Outcome rounding = export(run, "onnx", file, "--round-channels", "0");
    assertThat(rounding.exitCode()).isEqualTo(2);
    assertThat(rounding.err()).contains("at least 1");
    Outcome absent = export(directory.resolve("none"), "onnx", file);
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("none", "no such directory");
    Outcome foreign = export(data, "onnx", file);
    assertThat(foreign.exitCode()).isEqualTo(2);
    assertThat(foreign.err()).contains("no directory of a run");
    assertThat(file).doesNotExist();
  }

  @Test
  void export_damagedResultOrNoCheckpoint_exitsWithSeven() throws IOException {
    Path damaged = copy("damaged");
    Path model = damaged.resolve("model/compact.safetensors");
    byte[] content = Files.readAllBytes(model);
    content[content.length - 1] ^= 1;
    Files.write(model, content);
    Path file = directory.resolve("damaged.onnx");
    Outcome outcome = export(damaged, "onnx", file);
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.err()).contains("compact.safetensors: expected SHA-256");
    assertThat(file).doesNotExist();
    Outcome empty = export(unfinished("empty", 0), "onnx", file);
    assertThat(empty.exitCode()).isEqualTo(7);
    assertThat(empty.err()).contains("no checkpoint yet");
  }

  @Test
  void export_outputCannotBeWritten_exitsWithFive() throws IOException {
    Path file = Files.writeString(directory.resolve("no-directory"), "precious");
    Outcome outcome = export(run, "onnx", file.resolve("model.onnx"));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(5);
    assertThat(outcome.err()).contains("no-directory");
    assertThat(file).hasContent("precious");
  }

  /** Of its checkpoints only the last one is kept, and every round is taken beside an export. */
  @Test
  void export_runThatIsGoingOn_isItsLastCheckpointAndLeavesTheRunAlone() throws Exception {
    Path live = directory.resolve("live");
    Path file = directory.resolve("live.safetensors");
    Semaphore mayGoOn = new Semaphore(2);
    RunListener inStep =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            mayGoOn.acquireUninterruptibly();
          }
        };
    Trainer trainer =
        Trainer.of(
                Map.of(
                    "network.name", "resnet8",
                    "network.width", "0.5",
                    "training.epochs", "2",
                    "training.batchSize", "24",
                    "structure.granularity", "1",
                    "checkpoint.everyRounds", "1",
                    "checkpoint.keep", "1"))
            .output(live.toString())
            .listener(inStep);
    int exports = 0;
    SparkConf conf =
        new SparkConf().setMaster("local[1]").setAppName("live").set("spark.ui.enabled", "false");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      ExecutorService beside = Executors.newSingleThreadExecutor();
      Future<TrainingResult> training =
          beside.submit(() -> trainer.train(spark, FileSource.of(data.toString())));
      beside.shutdown();
      try {
        while (!training.isDone()) {
          if (hasCheckpoint(live)) {
            Outcome outcome = export(live, "safetensors", file, "--overwrite");
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(read(file).mask().activeCount()).isPositive();
            exports += outcome.out().contains("from the checkpoint after") ? 1 : 0;
            mayGoOn.release();
          } else {
            TimeUnit.MILLISECONDS.sleep(2);
          }
        }
      } finally {
        mayGoOn.release(1000);
      }
      training.get();
    }
    assertThat(exports).isGreaterThan(5);
    for (String model : List.of("dense.safetensors", "compact.safetensors")) {
      assertThat(live.resolve("model").resolve(model))
          .hasSameBinaryContentAs(run.resolve("model").resolve(model));
    }
  }

  private static boolean hasCheckpoint(Path live) throws IOException {
    Path checkpoints = live.resolve("checkpoints");
    if (!Files.exists(checkpoints)) {
      return false;
    }
    try (Stream<Path> all = Files.list(checkpoints)) {
      return all.anyMatch(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")));
    }
  }

  @Test
  void evaluate_result_isTheRunsOwnAccuracy() throws IOException {
    Outcome outcome = run("evaluate", "--run", run.toString(), "--data", data.toString(), "--json");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    JsonNode summary =
        new ObjectMapper().readTree(run.resolve("manifest.json").toFile()).path("summary");
    assertThat(json.path("accuracy").asDouble())
        .isCloseTo(summary.path("testAccuracy").asDouble(), within(1e-9));
    assertThat(json.path("loss").asDouble()).isPositive();
    assertThat(json.path("images").asInt()).isEqualTo(NoiseImages.TEST_IMAGES);
    assertThat(json.path("classes").size()).isEqualTo(NoiseImages.CLASSES);
    int counted = 0;
    for (JsonNode row : json.path("confusion")) {
      for (JsonNode count : row) {
        counted += count.asInt();
      }
    }
    assertThat(counted).isEqualTo(NoiseImages.TEST_IMAGES);
    Outcome text = run("evaluate", "--run", run.toString(), "--data", data.toString());
    assertThat(text.out()).contains("the run's result on 50 images: accuracy", "Rows: the class");
  }

  @Test
  void evaluate_otherData_exitsWithThreeSayingBoth() {
    Outcome classes = run("evaluate", "--run", run.toString());
    assertThat(classes.exitCode()).isEqualTo(3);
    assertThat(classes.err())
        .contains("the sample of Fashion-MNIST", "the model is for images of 1x8x8, found 1x28x28");
    Outcome none = run("evaluate", "--run", run.toString(), "--data", directory.toString());
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.err()).contains("no data set was found");
  }

  @Test
  void evaluate_folderWithABrokenFile_exitsWithThreeOrPassesItOverAndCountsIt() throws IOException {
    Path photos = directory.resolve("photos");
    NoiseImages.writeFolders(NoiseImages.in(photos));
    Path broken = Files.write(photos.resolve("test/1/broken.jpg"), new byte[] {-1, -40, 1});
    String[] evaluate = {"evaluate", "--run", run.toString(), "--data", photos.toString()};
    Outcome refused = run(evaluate);
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains(broken.toString(), "data.onBadImage=skip");
    Outcome skipped = run(with(evaluate, "--set", "data.onBadImage=skip", "--json"));
    assertThat(skipped.exitCode()).as(skipped.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(skipped.out());
    assertThat(json.path("images").asInt()).isEqualTo(NoiseImages.TEST_IMAGES);
    assertThat(json.path("unreadable").asInt()).isEqualTo(1);
    Path settings =
        Files.writeString(directory.resolve("evaluate.yaml"), "data: {onBadImage: skip}");
    assertThat(run(with(evaluate, "--config", settings.toString())).out())
        .contains("on 50 images", "1 images could not be read and were passed over");
  }

  @Test
  void evaluate_resizedAsSaid_readsOtherPixels() throws IOException {
    Path photos = directory.resolve("resized");
    NoiseImages.writeFolders(NoiseImages.in(photos));
    String[] evaluate = {
      "evaluate", "--run", run.toString(), "--data", photos.toString(), "--json", "--set"
    };
    Outcome whole = run(with(evaluate, "data.resize=8"));
    Outcome middle = run(with(evaluate, "data.resize=11"));
    assertThat(whole.exitCode()).as(whole.err()).isZero();
    assertThat(loss(whole)).isNotEqualTo(loss(middle));
    Outcome other = run(with(evaluate, "data.size=9"));
    assertThat(other.exitCode()).isEqualTo(3);
    assertThat(other.err()).contains("the model is for images of 1x8x8, found 1x9x9");
  }

  @Test
  void evaluate_fileCannotBeHad_exitsWithFiveNamingIt() throws IOException {
    Path photos = directory.resolve("lossy");
    NoiseImages.writeFolders(NoiseImages.in(photos));
    Files.write(photos.resolve("test/2/" + FaultyFileSystem.LOST + ".jpg"), new byte[9]);
    Outcome outcome =
        run(
            "evaluate",
            "--run",
            run.toString(),
            "--data",
            FaultyFileSystem.SCHEME + "://" + photos,
            "--set",
            "hadoop.fs." + FaultyFileSystem.SCHEME + ".impl=" + FaultyFileSystem.class.getName());
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(5);
    assertThat(outcome.err()).contains("lost.jpg: the connection was reset");
  }

  @Test
  void evaluate_settingThatHasNoMeaning_exitsWithTwo() {
    Outcome outcome = run("evaluate", "--run", run.toString(), "--set", "training.epochs=3");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("'training.epochs': only settings under data and hadoop");
  }

  private static double loss(Outcome outcome) throws IOException {
    return new ObjectMapper().readTree(outcome.out()).path("loss").asDouble();
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  /** The run as it was when it had so many rounds behind it. */
  private Path unfinished(String name, int rounds) throws IOException {
    Path copy = copy(name);
    Files.delete(copy.resolve("manifest.json"));
    try (Stream<Path> checkpoints = Files.list(copy.resolve("checkpoints"))) {
      for (Path checkpoint : checkpoints.toList()) {
        String number = checkpoint.getFileName().toString().replaceAll("-.*", "");
        if (number.matches("\\d+") && Integer.parseInt(number) > rounds || rounds == 0) {
          try (Stream<Path> files = Files.walk(checkpoint)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
              Files.delete(file);
            }
          }
        }
      }
    }
    return copy;
  }

  private Path copy(String name) throws IOException {
    Path copy = directory.resolve(name);
    FileUtils.copyDirectory(run.toFile(), copy.toFile(), false);
    return copy;
  }

  private static CompactModel read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ModelFile.read(in, file.toString());
    }
  }

  private static Outcome export(Path run, String format, Path file, String... more) {
    return run(
        Stream.concat(
                Stream.of(
                    "export",
                    "--run",
                    run.toString(),
                    "--format",
                    format,
                    "--output",
                    file.toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
