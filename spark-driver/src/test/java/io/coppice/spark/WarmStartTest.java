package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.artifact.SafeTensors;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.config.ConfigException;
import io.coppice.exchange.NetworkFile;
import io.coppice.exchange.StartValues;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.storage.OutputInUseException;
import io.coppice.structure.Mask;
import io.coppice.train.TrainingStart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that start from a trained network. */
class WarmStartTest {

  private static final Network NETWORK = network(0.5, 10);
  private static final List<String> CLASSES = CompactModel.numbered(10);

  @TempDir private static Path directory;
  private static JavaSparkContext spark;

  /** Runs that ended: of the dense network, and of a fixed part of it. */
  private static Path dense;

  private static Path uniform;

  @BeforeAll
  static void trainNetworks() throws IOException {
    spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"));
    dense = directory.resolve("dense");
    train(Map.of("structure.strategy", "dense", "training.epochs", "12"), dense);
    uniform = directory.resolve("uniform");
    train(Map.of("structure.strategy", "uniform", "training.epochs", "1"), uniform);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static Network network(double width, int classes) {
    return NetworkCatalogue.create("resnet8", new Shape(1, 28, 28), classes, width);
  }

  private static TrainingResult train(Map<String, String> settings, Path output)
      throws IOException {
    return Trainer.of(SmallRun.config(settings))
        .output(output.toString())
        .train(spark, SmallRun.images());
  }

  private static SmallRun.Outcome run(Map<String, String> settings, Continuation continuation)
      throws IOException {
    return SmallRun.run(spark, settings, StepHook.NONE, report -> {}, continuation);
  }

  private static StartSource source(Path from) throws IOException {
    return StartSource.of(
        SmallRun.config(Map.of("training.from", from.toString())), new Configuration());
  }

  private static TrainingStart start(Path from) throws IOException {
    return source(from).start(NETWORK, CLASSES, 1);
  }

  @Test
  void run_largestMagnitudesOfATrainedNetwork_beginsFarBelowAFreshOne() throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("structure.strategy", "magnitude");
    settings.put("structure.budget", "0.5");
    settings.put("training.epochs", "1");
    double fresh = run(settings, Continuation.NONE).rounds().get(0).loss();
    settings.put("training.from", dense.toString());
    SmallRun.Outcome outcome = run(settings, Continuation.NONE);
    assertThat(outcome.rounds().get(0).loss()).isLessThan(0.8 * fresh);
    assertThat(outcome.rounds()).allMatch(round -> round.flopsRatio() <= 0.5);
  }

  @Test
  void run_resumedFromACheckpoint_sameBits() throws IOException {
    Map<String, String> settings =
        Map.of(
            "training.from",
            dense.toString(),
            "structure.strategy",
            "taylor",
            "structure.ranking.averagedRounds",
            "2",
            "structure.ramp",
            "0.5");
    InMemoryCheckpoints kept = new InMemoryCheckpoints(4);
    SmallRun.Outcome whole = run(settings, new Continuation(kept, Optional.empty()));
    assertThat(whole.rounds().get(1).flopsRatio()).isEqualTo(1);
    assertThat(whole.rounds().get(5).flopsRatio()).isLessThanOrEqualTo(0.36);
    SmallRun.Outcome resumed =
        run(settings, new Continuation(new InMemoryCheckpoints(-1), kept.last()));
    SmallRun.assertSameBits(resumed, whole);
  }

  @Test
  void train_otherWeightsThanTheDirectoryHas_refused() throws IOException {
    Path output = directory.resolve("output");
    Map<String, String> settings = new HashMap<>();
    settings.put("training.epochs", "1");
    settings.put("training.from", dense.toString());
    train(settings, output);
    settings.put("training.from", uniform.toString());
    assertThatThrownBy(() -> train(settings, output))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining("the weights to start from: the SHA-256 was");
  }

  @Test
  void start_anyFileOfADenseRun_isItsNetwork() throws IOException {
    TrainingStart ofRun = start(dense);
    assertThat(ofRun.known()).isEqualTo(Mask.full(NETWORK.groupChannels()));
    for (String file : new String[] {"compact.safetensors", "dense.safetensors"}) {
      TrainingStart ofFile = start(dense.resolve("model").resolve(file));
      assertThat(ofFile.known()).isEqualTo(ofRun.known());
      assertThat(ofFile.values().sha256()).isEqualTo(ofRun.values().sha256());
    }
    TrainingStart ofZip = start(dense.resolve("model").resolve("compact.zip"));
    assertThat(ofZip.values().parameters()).containsExactly(ofRun.values().parameters());
    assertThat(ofZip.values().statistics())
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(ofRun.values().statistics());
    assertThat(source(dense).cautions()).isEmpty();
  }

  @Test
  void start_runThatDidNotEnd_isItsLastCheckpoint() throws IOException {
    Path unfinished = directory.resolve("unfinished");
    try (Stream<Path> files = Files.walk(dense)) {
      for (Path file : files.toList()) {
        if (!file.equals(dense.resolve("manifest.json"))) {
          Files.copy(file, unfinished.resolve(dense.relativize(file)));
        }
      }
    }
    StartSource source = source(unfinished);
    assertThat(source.cautions())
        .singleElement()
        .asString()
        .contains("did not end: the training starts from the checkpoint after 39 rounds");
    assertThat(source.start(NETWORK, CLASSES, 1).values().sha256())
        .isEqualTo(start(dense).values().sha256());
  }

  @Test
  void start_compactNetwork_knowsItsChannelsAlsoWhereOtherLayersAreKept() throws IOException {
    TrainingStart ofRun = start(uniform);
    assertThat(ofRun.known().activeCount())
        .isPositive()
        .isLessThan(Mask.full(NETWORK.groupChannels()).activeCount());
    TrainingStart ofFile = start(uniform.resolve("model/compact.safetensors"));
    assertThat(ofFile.known()).isEqualTo(ofRun.known());
    assertThat(ofFile.values().sha256()).isEqualTo(ofRun.values().sha256());
    TrainingStart all = start(uniform.resolve("model/dense.safetensors"));
    assertThat(all.known()).isEqualTo(Mask.full(NETWORK.groupChannels()));
    assertThat(all.values().sha256()).isNotEqualTo(ofRun.values().sha256());

    Network kept = NETWORK.keeping(List.of("stem.*"));
    TrainingStart ofKept = source(uniform).start(kept, CLASSES, 1);
    assertThat(ofKept.values().sha256()).isEqualTo(ofRun.values().sha256());
    for (int group = 0; group < kept.groups().size(); group++) {
      assertThat(ofKept.known().activeChannels(group))
          .isEqualTo(ofRun.known().activeChannels(group + 1));
    }
  }

  @Test
  void of_whatIsNoTrainedNetwork_refusedNamingWhatIsExpected() throws IOException {
    assertRefused(directory.resolve("none"), "'training.from': there is no file");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Files.createFile(folder.resolve("photo.jpg"));
    assertRefused(folder, "is a directory, but no run's");
    Path text = Files.writeString(directory.resolve("notes.txt"), "not a network");
    assertRefused(text, "expected a run's directory, a file of safetensors, or a model zip");
    Path json = dense.resolve("network.json");
    assertRefused(json, "expected a run's directory, a file of safetensors, or a model zip");
  }

  @Test
  void start_anotherNetworkOrOtherClasses_refusedNamingTheFirstDifferences() throws IOException {
    Path file = dense.resolve("model/dense.safetensors");
    assertThatThrownBy(() -> source(file).start(network(1, 10), CLASSES, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "'training.from': ",
            "holds no weights of resnet8 as it is for this data",
            "expected stem.conv.weight as F32 of shape [16, 1, 3, 3], found F32 of shape [8, 1, 3, 3]",
            "more; set the network, or name another file");
    Network deeper = NetworkCatalogue.create("resnet14", new Shape(1, 28, 28), 10, 0.5);
    assertThatThrownBy(() -> source(dense).start(deeper, CLASSES, 1))
        .hasMessageContaining(
            "expected stage1.block2.conv1.weight as F32 of shape [8, 8, 3, 3], found none");
    assertThatThrownBy(() -> source(file).start(network(0.5, 5), CompactModel.numbered(5), 1))
        .hasMessageContaining(
            "expected classifier.weight as F32 of shape [5, 32], found F32 of shape [10, 32]");
    assertThatThrownBy(() -> source(dense).start(network(0.5, 5), CompactModel.numbered(5), 1))
        .hasMessageContaining("tells 10 classes apart, and the data has 5");
    List<String> named = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "boot");
    assertThatThrownBy(() -> source(dense).start(NETWORK, named, 1))
        .hasMessageContaining("calls class 9 '9', which is 'boot' in the data");
  }

  @Test
  void start_weightsThatAreNotFinite_refused() throws IOException {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(
            SafeTensors.read(
                new ByteArrayInputStream(
                    Files.readAllBytes(dense.resolve("model/dense.safetensors"))),
                "dense"));
    Tensor shift = Objects.requireNonNull(tensors.get("stem.norm.shift"));
    float[] values = shift.floats();
    values[3] = Float.NaN;
    tensors.put("stem.norm.shift", Tensor.ofFloats(shift.shape(), values, 0, values.length));
    Path broken = directory.resolve("broken.safetensors");
    try (OutputStream out = Files.newOutputStream(broken)) {
      SafeTensors.write(out, tensors);
    }
    assertThatThrownBy(() -> start(broken))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("numbers that are not finite");
  }

  @Test
  void setup_networkThatComesWithWeightsOfItsOwn_refused() throws IOException {
    StartValues own = TrainingStart.drawn(NETWORK, 1).values();
    NetworkSource network = NetworkSource.given(new NetworkFile.Content(NETWORK, own, List.of()));
    StartSource from = source(dense);
    assertThatThrownBy(
            () -> RunSetup.of(SmallRun.config(Map.of()), SmallRun.data(), network, from, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "'training.from' and the model in 'network.file' both have weights to start from");
  }

  private static void assertRefused(Path from, String message) {
    assertThatThrownBy(() -> source(from))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
