package io.coppice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.Targets;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.compact.Weights;
import io.coppice.model.CompactModel;
import io.coppice.model.RandomModel;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's own layers as the second, independent oracle of the engine, and Deeplearning4j
 * as the reader of exports: of the graph that {@link Dl4jLayers} and {@link Dl4jLayerJson}
 * describe, and {@link Dl4jGraph} puts in order. Whatever it loads here it writes again, byte by
 * byte, from what it understood: so there is no member that it would not know, and none that it
 * would add.
 */
class Dl4jExporterTest {

  private static final int BATCH = 6;
  private static final int CLASSES = 5;

  /** A network with random weights, a random mask and a minibatch. */
  private static final class Case {
    final CompactModel model;
    final Network network;
    final CompactNetwork compact;
    final CompactNetwork dense;
    final float[] parameters;
    final float[] images;
    final int[] labels = new int[BATCH];

    Case(String name, double width, double share, long seed) {
      model = SampleModels.ofCatalogue(name, width, share, seed);
      network = model.network();
      compact = model.compact();
      parameters = model.parameters();
      dense = CompactNetwork.dense(network);
      CounterRandom random = CounterRandom.of(seed, Purpose.FIXED_MASK);
      images = new float[BATCH * network.inputShape().size()];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian();
      }
      for (int i = 0; i < BATCH; i++) {
        labels[i] = random.nextInt(CLASSES);
      }
    }

    INDArray input() {
      Shape shape = network.inputShape();
      return Nd4j.createFromArray(images)
          .reshape(BATCH, shape.channels(), shape.height(), shape.width());
    }

    INDArray oneHot() {
      INDArray oneHot = Nd4j.zeros(BATCH, CLASSES);
      for (int i = 0; i < BATCH; i++) {
        oneHot.putScalar(i, labels[i], 1);
      }
      return oneHot;
    }
  }

  @Property(tries = 60)
  void graph_randomNetworkOfAllLayers_predictsTheSame(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) throws IOException {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    CompactModel model = SampleModels.any(random);
    assertSamePredictions(model, loaded(model), 3);
  }

  @Test
  void graph_linearLayersBesideThoseWithRowsAndColumns_predictsTheSame() throws IOException {
    for (long seed = 0; seed < 5; seed++) {
      CompactModel model = SampleModels.flatAndSpatial(seed);
      assertSamePredictions(model, loaded(model), 3);
    }
  }

  @Test
  void graph_unevenlyPaddedPools_predictsTheSame() throws IOException {
    for (long seed = 0; seed < 3; seed++) {
      CompactModel model = SampleModels.unevenPools(seed);
      assertSamePredictions(model, loaded(model), 3);
    }
  }

  @Test
  void graph_emptyGroups_predictsTheSame() throws IOException {
    for (double share : new double[] {0, 0.05, 0.12}) {
      CompactModel model = SampleModels.ofCatalogue("resnet8", 0.5, share, 5);
      assertSamePredictions(model, loaded(model), BATCH);
    }
  }

  @Test
  void graph_logitsThatNoLinearLayerGives_predictsTheSame() throws IOException {
    for (CompactModel model : SampleModels.otherLogits()) {
      assertSamePredictions(model, loaded(model), 3);
    }
  }

  /** Deeplearning4j's number is the chance to stay. */
  @Test
  void graph_dropout_dropsAsManyAsItsRateSays() throws IOException {
    NetworkBuilder builder = new NetworkBuilder("dropped", new Shape(1, 40, 40));
    int dropped = builder.add("dropout", new Layer.Dropout(0.2), builder.input());
    builder.add("classifier", new Layer.Linear(2, true), dropped);
    Network network = builder.build();
    ComputationGraph graph =
        loaded(RandomModel.of(network, 1, CounterRandom.of(3, Purpose.WEIGHT)));
    INDArray output =
        Objects.requireNonNull(graph.feedForward(Nd4j.ones(1, 1, 40, 40), true).get("dropout"));
    float[] values = output.dup('c').reshape(-1).toFloatVector();
    int kept = 0;
    for (float value : values) {
      if (value != 0) {
        kept++;
        assertThat(value).isCloseTo(1.25f, within(1e-5f));
      }
    }
    assertThat(kept / 1600.0).isCloseTo(0.8, within(0.05));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet8, 1.0, 0.5, 1",
    "vgg16, 0.25, 0.6, 2",
    "wrn-10-1, 1.0, 0.5, 3",
    "resnet8, 0.25, 0.3, 4",
    "mobilenet, 0.25, 0.6, 5"
  })
  void write_compactNetwork_stockDl4jTakesRawPixelsAndPredictsTheSame(
      String name, double width, double share, long seed) throws IOException {
    CompactModel model = SampleModels.ofCatalogue(name, width, share, seed);
    byte[] zip = written(model);
    assertThat(written(model)).isEqualTo(zip);
    ComputationGraph loaded = loaded(model);
    NormalizerStandardize normaliser = normaliser(zip);
    byte[] pixels =
        RandomModel.pixels(model.network(), BATCH, CounterRandom.of(seed, Purpose.SHUFFLE));
    INDArray images =
        Nd4j.createFromArray(RandomModel.floats(pixels))
            .reshape(BATCH, 3, model.network().inputShape().height(), 12);
    normaliser.transform(images);
    float[] actual = loaded.outputSingle(images).dup('c').reshape(-1).toFloatVector();
    assertThat(actual)
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(RandomModel.probabilities(model.predict(RandomModel.floats(pixels))));
  }

  /** What Deeplearning4j reads of a model's zip, which it is to write with the same bytes. */
  private static ComputationGraph loaded(CompactModel model) throws IOException {
    byte[] zip = written(model);
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), false);
    Map<String, byte[]> entries = entries(zip);
    assertThat(new String(entry(entries, "configuration.json"), StandardCharsets.UTF_8))
        .isEqualTo(graph.getConfiguration().toJson());
    ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
    Nd4j.write(graph.params(), new DataOutputStream(coefficients));
    assertThat(entry(entries, "coefficients.bin")).isEqualTo(coefficients.toByteArray());
    ByteArrayOutputStream normaliser = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normaliser(zip), normaliser);
    assertThat(entry(entries, "normalizer.bin")).isEqualTo(normaliser.toByteArray());
    assertThat(entries).isEmpty();
    return graph;
  }

  private static NormalizerStandardize normaliser(byte[] zip) throws IOException {
    return ModelSerializer.restoreNormalizerFromInputStream(new ByteArrayInputStream(zip));
  }

  private static byte[] entry(Map<String, byte[]> entries, String name) {
    return Objects.requireNonNull(entries.remove(name), name);
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] written(CompactModel model) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    new Dl4jExporter().write(model, zip);
    return zip.toByteArray();
  }

  /**
   * The dense network in DL4J with scale and shift of every absent channel zeroed, against our
   * compact step.
   */
  @ParameterizedTest
  @CsvSource({"resnet8, 1.0, 0.6, 11", "vgg16, 0.25, 0.7, 12", "resnet8, 0.5, 1.0, 13"})
  void forwardBackward_randomMask_equalsDl4jWithZeroedChannels(
      String name, double width, double share, long seed) throws IOException {
    Case random = new Case(name, width, share, seed);
    float[] denseParameters = random.model.widened(random.dense.mask()).parameters();
    // Without running statistics of its own, DL4J's move is the minibatch's statistics.
    ComputationGraph graph =
        loaded(
            new CompactModel(
                random.dense,
                denseParameters,
                new float[random.dense.statistics().size()],
                random.model.normalisation(),
                random.model.labels(),
                Map.of()));
    graph.setInputs(random.input());
    graph.setLabels(random.oneHot());
    graph.computeGradientAndScore();

    float[] gradient = new float[random.parameters.length];
    float[] statistics = new float[random.compact.statistics().size()];
    BatchResult result;
    try (NetworkExecutor executor = new NetworkExecutor(random.network, BATCH)) {
      result =
          executor.forwardBackward(
              random.compact,
              Weights.of(random.compact, random.parameters),
              random.images,
              Targets.of(random.labels),
              0,
              gradient,
              statistics);
    }
    assertThat(result.loss()).isCloseTo(graph.score(), within(1e-4));
    for (Node node : random.network.nodes()) {
      assertSameGradient(random, node, graph.gradient(), gradient);
      assertSameStatistics(random, node, graph.gradient(), statistics);
    }
  }

  private static void assertSameGradient(
      Case random, Node node, Gradient oracle, float[] gradient) {
    if (node.layer() instanceof Layer.Convolution) {
      assertSame(random, node, Kind.WEIGHT, oracle.getGradientFor(node.name() + "_W"), gradient);
    } else if (node.layer() instanceof Layer.BatchNorm) {
      assertSame(random, node, Kind.SCALE, oracle.getGradientFor(node.name() + "_gamma"), gradient);
      assertSame(random, node, Kind.SHIFT, oracle.getGradientFor(node.name() + "_beta"), gradient);
    } else if (node.layer() instanceof Layer.Linear) {
      assertSame(
          random,
          node,
          Kind.WEIGHT,
          oracle.getGradientFor(node.name() + "_W").transpose(),
          gradient);
      assertSame(random, node, Kind.BIAS, oracle.getGradientFor(node.name() + "_b"), gradient);
    }
  }

  private static void assertSame(
      Case random, Node node, Kind kind, INDArray oracle, float[] gradient) {
    Tensor compact = random.compact.parameters().tensor(node.index(), kind);
    Tensor dense = random.dense.parameters().tensor(node.index(), kind);
    // DL4J adds the images' gradients up; its updater divides by their number.
    float[] expected = oracle.div(BATCH).dup('c').reshape(-1).toFloatVector();
    double largest = 1e-2;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    int next = compact.offset();
    for (int o : compact.outputs()) {
      for (int i : compact.inputs()) {
        for (int k = 0; k < compact.kernelArea(); k++) {
          int position = (o * dense.inputs().length + i) * compact.kernelArea() + k;
          assertThat((double) gradient[next++])
              .as("%s of %s", kind, node.name())
              .isCloseTo(expected[position], within(2e-3 * largest));
        }
      }
    }
  }

  /**
   * DL4J reports statistics as a gradient: (1 - decay) (running - batch), with running statistics
   * of 0.
   */
  private static void assertSameStatistics(
      Case random, Node node, Gradient oracle, float[] statistics) {
    if (!(node.layer() instanceof Layer.BatchNorm)) {
      return;
    }
    for (Kind kind : new Kind[] {Kind.MEAN, Kind.VARIANCE}) {
      Tensor tensor = random.compact.statistics().tensor(node.index(), kind);
      float[] moved =
          oracle
              .getGradientFor(node.name() + (kind == Kind.MEAN ? "_mean" : "_var"))
              .reshape(-1)
              .toFloatVector();
      for (int i = 0; i < tensor.outputs().length; i++) {
        double expected = -moved[tensor.outputs()[i]] / Layer.BatchNorm.DEFAULT_MOMENTUM;
        assertThat((double) statistics[tensor.offset() + i])
            .as("%s of %s", kind, node.name())
            .isCloseTo(expected, within(1e-3 * (1 + Math.abs(expected))));
      }
    }
  }

  private static void assertSamePredictions(
      CompactModel model, ComputationGraph graph, int images) {
    Shape shape = model.network().inputShape();
    byte[] pixels =
        RandomModel.pixels(model.network(), images, CounterRandom.of(9, Purpose.SHUFFLE));
    float[] normalised = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / shape.area() % shape.channels();
      normalised[i] = model.normalisation().apply(channel, pixels[i] & 0xff);
    }
    INDArray input =
        Nd4j.createFromArray(normalised)
            .reshape(images, shape.channels(), shape.height(), shape.width());
    float[] actual = graph.outputSingle(input).dup('c').reshape(-1).toFloatVector();
    assertThat(actual)
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(RandomModel.probabilities(model.predict(RandomModel.floats(pixels))));
  }
}
