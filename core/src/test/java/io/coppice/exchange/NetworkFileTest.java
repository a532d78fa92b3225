package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NetworkFileTest {

  private static final Shape IMAGE = new Shape(3, 8, 8);
  private static final ComputationGraph GRAPH = inception();
  private static final String JSON = GRAPH.getConfiguration().toJson();

  /** Says when it was loaded and initialised. */
  static final class Canary {
    static {
      System.setProperty("coppice.test.canary", "sings");
    }

    private Canary() {}
  }

  private static ComputationGraph inception() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .l2(1e-4)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(8, 8, 3))
                .addLayer(
                    "stem",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .padding(3, 3)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "image")
                .addLayer("norm", new BatchNormalization.Builder().build(), "stem")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                .addLayer(
                    "wide",
                    new ConvolutionLayer.Builder(1, 1).nOut(3).activation(Activation.RELU6).build(),
                    "relu")
                .addLayer(
                    "pool",
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                        .kernelSize(3, 3)
                        .stride(1, 1)
                        .padding(1, 1)
                        .build(),
                    "relu")
                .addVertex("merge", new MergeVertex(), "wide", "pool")
                .addLayer("drop", new DropoutLayer(0.8), "merge")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(5)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "drop")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static NetworkFile.Content read(byte[] content) {
    return NetworkFile.read(content, "dir/net.any", IMAGE);
  }

  private static void assertRefused(byte[] content, String message) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageStartingWith("dir/net.any: ")
        .hasMessageContaining(message);
  }

  @Test
  void read_ownJson_isTheNetwork() {
    Network network = NetworkCatalogue.create("resnet8", IMAGE, 10, 1);
    NetworkFile.Content content = read(bytes(NetworkJson.write(network)));
    assertThat(content.network()).isEqualTo(network);
    assertThat(content.start()).isNull();
  }

  @Test
  void read_inceptionGraph_isBuiltOfOurLayers() {
    NetworkFile.Content content = read(bytes(JSON));
    assertThat(content.network().name()).isEqualTo("net");
    assertThat(content.network().nodes().stream().map(node -> node.name()))
        .containsExactly(
            "image",
            "stem.padding",
            "stem",
            "norm",
            "wide",
            "wide.activation",
            "pool",
            "merge",
            "drop",
            "out");
    assertThat(content.network().node(3).layer())
        .isInstanceOfSatisfying(Layer.BatchNorm.class, norm -> assertThat(norm.relu()).isTrue());
    assertThat(content.start()).isNull();
    assertThat(content.notes())
        .anyMatch(note -> note.startsWith("updater: Adam"))
        .anyMatch(note -> note.startsWith("regularisation: L2Regularization"));
    assertThat(NetworkJson.read(NetworkJson.write(content.network()), "again"))
        .isEqualTo(content.network());
  }

  @Test
  void read_graphWithoutStoredOrder_hasTheSameOrder() {
    String without = JSON.replaceAll("\"topologicalOrder(Str)?\" : \\[[^\\]]*\\],", "");
    assertThat(without).isNotEqualTo(JSON);
    assertThat(read(bytes(without)).network()).isEqualTo(read(bytes(JSON)).network());
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "conf.layers.DropoutLayer | conf.layers.LSTM | drop: org.deeplearning4j.nn.conf.layers.LSTM is not known",
        "conf.graph.MergeVertex | conf.graph.StackVertex | merge: org.deeplearning4j.nn.conf.graph.StackVertex is not known",
        "impl.ActivationReLU6 | impl.ActivationTanH | wide (ConvolutionLayer): activation org.nd4j.linalg.activations.impl.ActivationTanH is not known",
        "impl.LossMCXENT | impl.LossMSE | out (OutputLayer): loss org.nd4j.linalg.lossfunctions.impl.LossMSE is not known",
        "\"dilation\" : [ 1, 1 ] | \"dilation\" : [ 2, 1 ] | stem (ConvolutionLayer): dilation [2, 1] is not known",
        "\"NCHW\" | \"NHWC\" | cnn2dDataFormat NHWC is not known, only NCHW",
        "\"lockGammaBeta\" : false | \"lockGammaBeta\" : true | norm (BatchNormalization): lockGammaBeta is not known",
        "\"nin\" : 3 | \"nin\" : 1 | stem: its weights are for 1 input channels, found 3 of image; the images have 3x8x8",
        "\"constraints\" : null | \"constraints\" : [ 1 ] | stem (ConvolutionLayer): constraints is not known",
        "\"layerName\" : \"stem\" | \"layerName\" : \"stem\", \"twist\" : 2 | stem (ConvolutionLayer): unknown member 'twist'",
        "\"Standard\" | \"TruncatedBPTT\" | backpropType TruncatedBPTT is not known",
        "\"vertices\" | \"knots\" | expected a network as coppice-network/1, or a configuration",
        "\"pool\" ] | \"pond\" ] | merge: reads 'pond', which is not there",
        "[ \"image\", \"stem\" | [ \"stem\", \"image\" | topologicalOrderStr: 'stem' stands where it cannot",
        "\"inputHeight\" : 12 | \"inputHeight\" : 9 | its preprocessor expects 7x9x12, found 7x12x12",
        "{ | [ | neither JSON nor a model's zip"
      })
  void read_somethingUnknown_isRefusedByName(String part, String instead, String message) {
    assertThat(JSON).contains(part);
    assertRefused(bytes(JSON.replace(part, instead)), message);
  }

  @Test
  void read_severalProblems_areToldAtOnceWithWhatIsKnown() {
    String json =
        JSON.replace("layers.DropoutLayer", "layers.LSTM")
            .replace("ActivationReLU6", "ActivationCube");
    assertThatThrownBy(() -> read(bytes(json)))
        .hasMessageContaining("ActivationCube is not known")
        .hasMessageContaining("drop: org.deeplearning4j.nn.conf.layers.LSTM is not known")
        .hasMessageContaining("Known are ConvolutionLayer");
  }

  @ParameterizedTest
  @CsvSource({
    "org.deeplearning4j.nn.conf.layers.DropoutLayer",
    "org.nd4j.linalg.activations.impl.ActivationReLU6",
    "org.nd4j.linalg.learning.config.Adam",
    "org.deeplearning4j.nn.weights.WeightInitXavier",
    "org.deeplearning4j.nn.conf.graph.MergeVertex",
    "org.deeplearning4j.nn.conf.dropout.Dropout",
    "org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor"
  })
  void read_classOfSomebodyElse_isRefusedAndNotInitialised(String instead) {
    assertThat(JSON).contains('"' + instead + '"');
    assertRefused(
        bytes(JSON.replace('"' + instead + '"', "\"io.coppice.exchange.NetworkFileTest$Canary\"")),
        "io.coppice.exchange.NetworkFileTest$Canary is not known");
    assertThat(System.getProperty("coppice.test.canary")).isNull();
  }

  @Test
  void read_imagesOfAnotherSize_saysSo() {
    assertThatThrownBy(() -> NetworkFile.read(bytes(JSON), "net", new Shape(1, 28, 28)))
        .hasMessageContaining("stem: its weights are for 3 input channels, found 1 of image")
        .hasMessageContaining("the images have 1x28x28");
  }

  private static Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    entries.put("configuration.json", bytes(JSON));
    entries.put("coefficients.bin", coefficients(GRAPH.params()));
    return entries;
  }

  private static byte[] coefficients(INDArray values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Nd4j.write(values, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] zipWith(String entry, byte[] content) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put(entry, content);
    return RandomDl4jNetwork.zip(entries);
  }

  @Test
  void read_zip_hasStartValuesThatDifferByTheirHash() throws IOException {
    String hash = startHash(RandomDl4jNetwork.zip(entries()));
    INDArray others = GRAPH.params().dup();
    others.putScalar(7, 5);
    assertThat(startHash(zipWith("updaterState.bin", new byte[] {(byte) 0xAC, (byte) 0xED})))
        .isEqualTo(hash);
    assertThat(startHash(zipWith("coefficients.bin", coefficients(others)))).isNotEqualTo(hash);
  }

  private static String startHash(byte[] zip) {
    return Objects.requireNonNull(read(zip).start()).sha256();
  }

  @Test
  void read_zipCutOffAnywhere_isRefused() throws IOException {
    byte[] zip = RandomDl4jNetwork.zip(entries());
    for (int length = 5; length < zip.length - 200; length += 97) {
      assertRefused(Arrays.copyOf(zip, length), "");
    }
  }

  @Test
  void read_hostileZip_isRefused() throws IOException {
    assertRefused(zipWith("../evil", new byte[1]), "entry '../evil' is none that a model has");
    assertRefused(zipWith("updaterState.bin", new byte[30 << 20]), "unpacks to more than");
    assertRefused(
        RandomDl4jNetwork.zip(Map.of("noParams.marker", new byte[1])), "expected the entries");
    String named = new String(zipWith("a name", new byte[1]), StandardCharsets.ISO_8859_1);
    assertRefused(
        named.replace("a name", "a n\u00ffme").getBytes(StandardCharsets.ISO_8859_1),
        "the name of an entry is not UTF-8");
  }

  @Test
  void read_coefficientsOfAnotherKind_areRefused() throws IOException {
    byte[] good = coefficients(GRAPH.params());
    assertRefused(zipWith("coefficients.bin", Arrays.copyOf(good, good.length - 4)), "damaged");
    assertRefused(zipWith("coefficients.bin", Arrays.copyOf(good, good.length + 4)), "damaged");
    assertRefused(zipWith("coefficients.bin", Arrays.copyOf(good, 30)), "ends too early");
    assertRefused(zipWith("coefficients.bin", bytes("no array")), "coefficients.bin");
    assertRefused(
        zipWith("coefficients.bin", coefficients(GRAPH.params().castTo(DataType.DOUBLE))),
        "expected values of type FLOAT, found DOUBLE");
    assertRefused(
        zipWith("coefficients.bin", coefficients(Nd4j.zeros(DataType.FLOAT, 3))), "found 3");
    INDArray notFinite = GRAPH.params().dup();
    notFinite.putScalar(3, Float.NaN);
    assertRefused(zipWith("coefficients.bin", coefficients(notFinite)), "not finite");
  }
}
