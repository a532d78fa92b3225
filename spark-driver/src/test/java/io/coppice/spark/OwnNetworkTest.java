package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.config.ConfigException;
import io.coppice.data.ImageSet;
import io.coppice.exchange.NetworkJson;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks that are in no catalogue. */
class OwnNetworkTest {

  private static final int IMAGES = 7;
  private static final int SIDE = 28;

  @TempDir Path directory;

  @Test
  void train_inceptionOfDeeplearning4j_predictsTheSameEverywhere() throws Exception {
    Path zip = inception();
    Path run = directory.resolve("run");
    TrainingResult result =
        train(
            trainer(
                    Map.of(
                        "network.file", zip.toString(),
                        "structure.granularity", "2",
                        "structure.budget", "0.6"))
                .output(run.toString()));
    CompactModel model = result.model();
    assertThat(model.network().name()).isEqualTo("inception");
    assertThat(result.summary().flopsRatio()).isLessThanOrEqualTo(0.6);
    assertThat(NetworkJson.read(Files.readString(run.resolve("network.json")), "network.json"))
        .isEqualTo(model.network());

    float[] pixels = pixels(SmallRun.dataset().test());
    INDArray theirs = predictionsOfDeeplearning4j(run.resolve("model/compact.zip"), pixels);
    float[][] onnx = predictionsOfOnnxRuntime(run.resolve("model/compact.onnx"), pixels);
    for (int image = 0; image < IMAGES; image++) {
      float[] ours = model.predict(pixels).probabilities(image);
      assertThat(theirs.getRow(image).dup().data().asFloat())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(ours);
      assertThat(onnx[image]).usingComparatorWithPrecision(1e-4f).containsExactly(ours);
    }
  }

  @Test
  void train_zipWithNextToNoLearning_endsWithTheWeightsThatItCameWith() throws Exception {
    Path zip = inception();
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
    NetworkBuilder builder = new NetworkBuilder("mine", new Shape(1, SIDE, SIDE));
    int last = builder.convolution("conv", builder.input(), 8, 3, 2);
    last = builder.batchNormRelu("norm", last);
    Network network = builder.linear("logits", builder.globalAveragePool("pool", last), 10);
    TrainingResult result = train(trainer(Map.of("structure.granularity", "2")).network(network));
    assertThat(result.model().network()).isEqualTo(network);
  }

  @Test
  void train_otherWeightsInTheSameDirectory_refused() throws Exception {
    Path zip = inception();
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
    byte[] whole = Files.readAllBytes(inception());
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
      return trainer.train(spark, SmallRun.dataset());
    }
  }

  private static float[] pixels(ImageSet images) {
    float[] pixels = new float[IMAGES * images.imageSize()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = images.pixel(i / images.imageSize(), i % images.imageSize());
    }
    return pixels;
  }

  private static INDArray predictionsOfDeeplearning4j(Path zip, float[] pixels) throws IOException {
    NormalizerStandardize normaliser = ModelSerializer.restoreNormalizerFromFile(zip.toFile());
    INDArray images = Nd4j.createFromArray(pixels).reshape(IMAGES, 1, SIDE, SIDE);
    normaliser.transform(images);
    return ModelSerializer.restoreComputationGraph(zip.toFile()).outputSingle(images);
  }

  private static float[][] predictionsOfOnnxRuntime(Path file, float[] pixels) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pixels), new long[] {IMAGES, 1, SIDE, SIDE});
        OrtSession.Result result = session.run(Map.of("pixels", input))) {
      return (float[][]) result.get("probabilities").orElseThrow().getValue();
    }
  }

  /** A small network with branches, as somebody made it with Deeplearning4j. */
  private Path inception() throws IOException {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
            .addLayer("stem", convolution(3, 2, 8, Activation.IDENTITY), "image")
            .addLayer("norm", new BatchNormalization(), "stem")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
            .addLayer("point", convolution(1, 1, 6, Activation.RELU), "relu")
            .addLayer("wide", convolution(5, 1, 6, Activation.RELU), "relu")
            .addLayer(
                "mean",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                    .kernelSize(3, 3)
                    .stride(1, 1)
                    .build(),
                "relu")
            .addLayer("pooled", convolution(1, 1, 6, Activation.RELU), "mean")
            .addVertex("merge", new MergeVertex(), "point", "wide", "pooled")
            .addLayer("down", convolution(3, 2, 16, Activation.RELU), "merge")
            .addLayer("global", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "down")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "global")
            .setOutputs("out")
            .build();
    Path zip = directory.resolve("inception.zip");
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    ModelSerializer.writeModel(graph, zip.toFile(), false);
    return zip;
  }

  private static ConvolutionLayer convolution(
      int kernel, int stride, int outputs, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(outputs)
        .activation(activation)
        .build();
  }
}
