package io.coppice.cli;

import static io.coppice.cli.CoppiceCommand.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.artifact.SafeTensors;
import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** The command line as its user sees it: output, files, messages and exit codes. */
class TrainCommandTest {

  private static final int TRAIN_IMAGES = 120;
  private static final int TEST_IMAGES = 40;
  private static final int SIDE = 12;

  @TempDir Path directory;
  @TempDir Path outputOfRefused;

  @Test
  void train_smallDataSet_writesAWholeRunThatStockDl4jLoads() throws Exception {
    Path data = writeDataSet();
    Path output = directory.resolve("run");
    Outcome outcome = train(data, output);
    assertThat(outcome.err()).as("standard error").doesNotContain("coppice:");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains(
            "Training, ",
            "Test accuracy",
            "Parameters kept",
            "FLOPs kept",
            "Budget",
            "Training speed")
        .contains("Sparse step", "measured here on this network", output + "/model/compact.zip");

    JsonNode manifest = new ObjectMapper().readTree(output.resolve("manifest.json").toFile());
    assertThat(manifest.path("config").path("network").path("name").asText()).isEqualTo("resnet8");
    assertThat(manifest.path("config").path("distribution").path("masks").asText())
        .isEqualTo("shared");
    assertThat(manifest.path("seed").asLong()).isEqualTo(1);
    assertThat(manifest.path("versions").path("spark").asText()).isEqualTo("3.5.9");
    assertThat(manifest.path("data").path("trainImages").asInt()).isEqualTo(TRAIN_IMAGES);
    assertFilesAreAsTheManifestSays(output, manifest.path("files"));
    assertMetrics(Files.readAllLines(output.resolve("metrics.jsonl")));
    assertStructure(output);
    assertDl4jAccuracy(output, data, manifest.path("summary").path("testAccuracy").asDouble());
  }

  @Test
  void train_sameCommandTwice_sameFiles() throws IOException {
    Path data = writeDataSet();
    assertThat(train(data, directory.resolve("a")).exitCode()).isZero();
    assertThat(train(data, directory.resolve("b")).exitCode()).isZero();
    for (String file :
        List.of(
            "network.json",
            "model/compact.zip",
            "model/compact.onnx",
            "model/compact.safetensors",
            "model/dense.safetensors",
            "model/structure.safetensors")) {
      assertThat(directory.resolve("b").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("a").resolve(file));
    }
  }

  @Test
  void train_outputNotEmpty_exitsWithSixAndTouchesNothing() throws IOException {
    Path output = Files.createDirectory(directory.resolve("run"));
    Files.writeString(output.resolve("precious"), "work");
    Outcome outcome = train(writeDataSet(), output);
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.err()).contains(output.toString(), "not empty");
    assertThat(output.toFile().list()).containsExactly("precious");
  }

  @Test
  void verify_wholeThenDamagedThenAbsentRun_exitsWithZeroSevenAndTwo() throws IOException {
    Path output = directory.resolve("run");
    assertThat(train(writeDataSet(), output).exitCode()).isZero();
    Outcome whole = run("verify", output.toString());
    assertThat(whole.exitCode()).isZero();
    assertThat(whole.out()).contains("model/dense.safetensors: whole").endsWith("whole\n");
    Path model = output.resolve("model/dense.safetensors");
    byte[] content = Files.readAllBytes(model);
    content[content.length / 2]++;
    Files.write(model, content);
    Outcome damaged = run("verify", output.toString());
    assertThat(damaged.exitCode()).isEqualTo(7);
    assertThat(damaged.out()).contains(model + ": expected SHA-256").endsWith("DAMAGED\n");
    assertThat(run("verify", directory.resolve("none").toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void train_damagedData_exitsWithThreeNamingFileAndOffset() throws IOException {
    Path data = writeDataSet();
    Path labels = data.resolve("train-labels-idx1-ubyte");
    Files.write(labels, Arrays.copyOf(Files.readAllBytes(labels), 50));
    Path output = directory.resolve("run");
    Outcome outcome = train(data, output);
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err())
        .contains("train-labels-idx1-ubyte: at byte 50 expected 78 more bytes of labels");
    assertThat(output.toFile().list()).containsExactly("outcome.json");
    assertThat(run("outcome", output.toString()).exitCode()).isEqualTo(3);
  }

  @Test
  void train_noDataThere_exitsWithThree() {
    Outcome outcome = refused("--data", directory.toString());
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("no data set was found");
  }

  @Test
  void train_wrongConfiguration_exitsWithTwoListingEverything() throws IOException {
    Path config = directory.resolve("run.yaml");
    Files.writeString(config, "training: {epoch: 3}\nstructure: {budget: 2}\n");
    Outcome outcome = run("train", "--config", config.toString(), "--set", "data.flip=perhaps");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "3 problems", "did you mean 'training.epochs'?", "'structure.budget'", "'data.flip'");
  }

  @Test
  void train_configurationMissing_exitsWithTwo() {
    Outcome outcome = run("train", "--config", directory.resolve("none.yaml").toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("none.yaml", "no such file");
  }

  @Test
  void train_unknownOption_exitsWithTwoAndShowsTheUsage() {
    Outcome outcome = run("train", "--epochs", "3");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--epochs", "--set");
  }

  @Test
  void train_printConfig_isAConfiguration() throws IOException {
    Outcome outcome = run("train", "--print-config", "--set", "training.epochs=77");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("epochs: 77", "# highest learning rate of the weights");
    Path config = directory.resolve("printed.yaml");
    Files.writeString(config, outcome.out());
    assertThat(run("train", "--print-config", "--config", config.toString()).out())
        .isEqualTo(outcome.out());
  }

  @Test
  void train_oldKey_isReadWithACautionOnStandardError() {
    Outcome outcome = run("train", "--print-config", "--set", "structure.pair=sampled");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("strategy: sampled");
    assertThat(outcome.err())
        .contains("coppice: 'structure.pair' is an old name")
        .contains("write 'structure.strategy: sampled'");
  }

  @Test
  void help_everyCommand_saysEnoughToWorkFrom() {
    assertThat(run("--help").out()).contains("train", "Exit codes");
    assertThat(run("train", "--help").out())
        .contains(
            "--config", "--set", "--data", "--output", "--master", "--print-config", "Examples:");
    assertThat(run("verify", "--help").out()).contains("SHA-256", "${env:");
    assertThat(run("--version").out()).startsWith("coppice ");
    assertThat(run().exitCode()).isEqualTo(2);
  }

  @Test
  void train_networkOfMoreWeightsThanAnArrayHolds_refusedNamingTheLayer() {
    Outcome outcome = refused("--set", "network.name=vgg16", "--set", "network.width=64");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("'network': vgg16: at most 2147483639 parameters are possible")
        .contains("stage3.conv1");
  }

  @Test
  void train_keepsWhatIsNotThereOrTooMuch_refusedWithWhatThereIs() {
    assertThat(refused("--set", "structure.keep=stam.*").err())
        .contains("'structure.keep': no layer of resnet20 is named 'stam.*'", "stem.conv");
    assertThat(refused("--set", "structure.keep=*").err())
        .contains("keeps all channels of resnet20", "its channel groups are [stem.conv,");
    Outcome outcome = refused("--set", "structure.keep=stage3.*", "--set", "structure.budget=0.1");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("'structure.budget' (0.1) cannot be met: what always stays costs 0.");
  }

  /** A training that is refused once its directory tells of it. */
  private Outcome refused(String... arguments) {
    List<String> all = new ArrayList<>(List.of("train", "--output", outputOfRefused.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private static Outcome train(Path data, Path output) {
    return run(
        "train",
        "--data",
        data.toString(),
        "--output",
        output.toString(),
        "--master",
        "local[2]",
        "--set",
        "network.name=resnet8",
        "--set",
        "network.width=0.5",
        "--set",
        "training.epochs=2",
        "--set",
        "training.batchSize=24",
        "--set",
        "finish.candidates=3");
  }

  /** The top left corners of images of the sample that ships, as plain IDX files. */
  private Path writeDataSet() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    write(data, "train", TRAIN_IMAGES);
    write(data, "t10k", TEST_IMAGES);
    return data;
  }

  private static void write(Path data, String part, int count) throws IOException {
    String sample = "/io/coppice/sample/fashion-mnist/" + part;
    byte[] images = unpack(sample + "-images-idx3-ubyte.gz");
    byte[] labels = unpack(sample + "-labels-idx1-ubyte.gz");
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    small.writeBytes(new byte[] {0, 0, 8, 3, 0, 0, 0, (byte) count, 0, 0, 0, SIDE, 0, 0, 0, SIDE});
    for (int i = 0; i < count; i++) {
      for (int y = 0; y < SIDE; y++) {
        small.write(images, 16 + i * 784 + (y + 8) * 28 + 8, SIDE);
      }
    }
    Files.write(data.resolve(part + "-images-idx3-ubyte"), small.toByteArray());
    byte[] header = {0, 0, 8, 1, 0, 0, 0, (byte) count};
    byte[] file = Arrays.copyOf(header, 8 + count);
    System.arraycopy(labels, 8, file, 8, count);
    Files.write(data.resolve(part + "-labels-idx1-ubyte"), file);
  }

  private static byte[] unpack(String resource) throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(
                TrainCommandTest.class.getResourceAsStream(resource), resource))) {
      return in.readAllBytes();
    }
  }

  private static void assertFilesAreAsTheManifestSays(Path output, JsonNode files)
      throws IOException, NoSuchAlgorithmException {
    List<String> listed = new ArrayList<>();
    files.fieldNames().forEachRemaining(listed::add);
    assertThat(listed)
        .containsExactlyInAnyOrder(
            "metrics.jsonl",
            "network.json",
            "report.html",
            "model/compact.zip",
            "model/compact.onnx",
            "model/compact.safetensors",
            "model/dense.safetensors",
            "model/structure.safetensors");
    for (String name : listed) {
      byte[] content = Files.readAllBytes(output.resolve(name));
      assertThat(files.path(name).path("bytes").asLong()).as(name).isEqualTo(content.length);
      assertThat(files.path(name).path("sha256").asText())
          .as(name)
          .isEqualTo(
              HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }
  }

  private static void assertMetrics(List<String> lines) throws IOException {
    int rounds = 0;
    int epochs = 0;
    for (String line : lines) {
      JsonNode metrics = new ObjectMapper().readTree(line);
      assertThat(metrics.path("schema").asInt()).isEqualTo(1);
      if (metrics.path("type").asText().equals("round")) {
        rounds++;
        assertThat(metrics.path("loss").asDouble()).isPositive();
      } else {
        epochs++;
      }
    }
    // 108 images, not held back, in 2 shards of 54: 4 rounds of 24 an epoch; 2 epochs and one of
    // fine-tuning.
    assertThat(rounds).isEqualTo(12);
    assertThat(epochs).isEqualTo(3);
  }

  private static void assertStructure(Path output) throws IOException {
    Map<String, SafeTensors.Tensor> structure = read(output.resolve("model/structure.safetensors"));
    Map<String, SafeTensors.Tensor> compact = read(output.resolve("model/compact.safetensors"));
    byte[] mask = Objects.requireNonNull(structure.get("stem.conv.mask")).data();
    int active = 0;
    for (byte channel : mask) {
      active += channel;
    }
    assertThat(mask).hasSize(8);
    assertThat(Objects.requireNonNull(compact.get("stem.conv.weight")).shape())
        .containsExactly(active, 1, 3, 3);
    assertThat(Objects.requireNonNull(structure.get("stem.conv.probability")).doubles()).hasSize(8);
  }

  private static Map<String, SafeTensors.Tensor> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SafeTensors.read(in, file.toString());
    }
  }

  /**
   * Loads the model as a user of Deeplearning4j would, and counts its hits on the raw test pixels.
   */
  private static void assertDl4jAccuracy(Path output, Path data, double testAccuracy)
      throws Exception {
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(output.resolve("model/compact.zip").toFile());
    NormalizerStandardize normaliser =
        ModelSerializer.restoreNormalizerFromFile(output.resolve("model/compact.zip").toFile());
    byte[] pixels = Files.readAllBytes(data.resolve("t10k-images-idx3-ubyte"));
    byte[] labels = Files.readAllBytes(data.resolve("t10k-labels-idx1-ubyte"));
    float[] values = new float[TEST_IMAGES * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[16 + i] & 0xff;
    }
    INDArray images = Nd4j.createFromArray(values).reshape(TEST_IMAGES, 1, SIDE, SIDE);
    normaliser.transform(images);
    int[] predicted = graph.outputSingle(images).argMax(1).toIntVector();
    int correct = 0;
    for (int i = 0; i < TEST_IMAGES; i++) {
      correct += predicted[i] == labels[8 + i] ? 1 : 0;
    }
    assertThat((double) correct / TEST_IMAGES).isCloseTo(testAccuracy, within(1e-9));
  }
}
