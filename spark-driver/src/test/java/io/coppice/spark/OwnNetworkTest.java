package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.config.ConfigException;
import io.coppice.exchange.NetworkJson;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks that are in no catalogue. */
class OwnNetworkTest {

  @TempDir Path directory;

  @Test
  void train_zipWithNextToNoLearning_endsWithTheWeightsThatItCameWith() throws Exception {
    Path zip = Inception.write(directory);
    TrainingResult result =
        train(
            trainer(
                Map.of(
                    "network.file", zip.toString(),
                    "structure.strategy", "dense",
                    "training.learningRate", "1e-12",
                    "finish.fineTuneEpochs", "0")));
    INDArray kernels =
        ComputationGraph.load(zip.toFile(), false).getLayer("down").getParam("W").dup('c');
    int node =
        result.model().network().nodes().stream()
            .filter(layer -> layer.name().equals("down"))
            .findFirst()
            .orElseThrow()
            .index();
    assertThat(result.model().values(node, Kind.WEIGHT))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(kernels.data().asFloat());
  }

  @Test
  void train_networkOfAProgram_trainsIt() throws Exception {
    NetworkBuilder builder =
        new NetworkBuilder("mine", new Shape(1, Inception.SIDE, Inception.SIDE));
    int last = builder.convolution("conv", builder.input(), 8, 3, 2);
    last = builder.batchNormRelu("norm", last);
    Network network = builder.linear("logits", builder.globalAveragePool("pool", last), 10);
    TrainingResult result = train(trainer(Map.of("structure.granularity", "2")).network(network));
    assertThat(result.model().network()).isEqualTo(network);
  }

  @Test
  void train_otherWeightsInTheSameDirectory_refused() throws Exception {
    Path zip = Inception.write(directory);
    Path run = directory.resolve("run");
    Map<String, String> settings = Map.of("network.file", zip.toString());
    train(trainer(settings).output(run.toString()));
    ComputationGraph graph = ComputationGraph.load(zip.toFile(), false);
    graph.params().muli(0.5);
    ModelSerializer.writeModel(graph, zip.toFile(), false);
    assertThatThrownBy(() -> train(trainer(settings).output(run.toString())))
        .hasMessageContaining("the weights to start from: the SHA-256 was");
  }

  @Test
  void train_fileThatDoesNotFit_refusedWithWhatIsWrong() throws Exception {
    Path text = Files.writeString(directory.resolve("notes.txt"), "not a network");
    assertRefused(text.toString(), "'network.file': ", "neither JSON nor a model's zip");
    assertRefused(directory.resolve("none.zip").toString(), "there is no file");
    assertRefused(directory.toString(), "is a directory");
    byte[] whole = Files.readAllBytes(Inception.write(directory));
    Path half = directory.resolve("half.zip");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(half.toString(), "not a model's archive, or damaged");
    NetworkBuilder builder = new NetworkBuilder("colour", new Shape(3, 32, 32));
    Network colour =
        builder.linear(
            "logits",
            builder.globalAveragePool("pool", builder.convolution("c", builder.input(), 4, 3, 1)),
            5);
    Path json = Files.writeString(directory.resolve("net.json"), NetworkJson.write(colour));
    assertRefused(
        json.toString(),
        "colour reads images of 3x32x32 and tells 5 classes apart, and the data has images of 1x28x28 of 10 classes");
  }

  private void assertRefused(String file, String... messages) {
    assertThatThrownBy(() -> train(trainer(Map.of("network.file", file))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(messages);
  }

  private static Trainer trainer(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "training.epochs", "1",
                "training.batchSize", "48",
                "distribution.shards", "2",
                "finish.candidates", "2",
                "finish.statisticsBatches", "1"));
    all.putAll(settings);
    return Trainer.of(all);
  }

  private static TrainingResult train(Trainer trainer) throws IOException {
    SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("test");
    conf.set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      return trainer.train(spark, SmallRun.images());
    }
  }
}
