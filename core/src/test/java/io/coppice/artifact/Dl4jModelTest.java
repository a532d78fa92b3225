package io.coppice.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.compact.Weights;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.StructureSpace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's own layers as the second, independent oracle of the engine, and as the reader of
 * its exports.
 */
class Dl4jModelTest {

  private static final int BATCH = 6;
  private static final int CLASSES = 5;

  /** A network with random weights, a random mask and a minibatch. */
  private static final class Case {
    final Network network;
    final CompactNetwork compact;
    final CompactNetwork dense;
    final float[] parameters;
    final float[] statistics;
    final float[] images;
    final int[] labels = new int[BATCH];

    Case(String name, double width, double share, long seed) {
      network = NetworkCatalogue.create(name, new Shape(3, 12, 12), CLASSES, width);
      CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
      StructureSpace space = new StructureSpace(network.groupChannels(), 1);
      double[] s = new double[space.units()];
      Arrays.fill(s, share);
      compact = CompactNetwork.of(network, new MaskSampler(space).draw(s, random));
      dense = CompactNetwork.dense(network);
      parameters = randomValues(compact.parameters(), random);
      statistics = randomValues(compact.statistics(), random);
      images = new float[BATCH * network.inputShape().size()];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian();
      }
      for (int i = 0; i < BATCH; i++) {
        labels[i] = random.nextInt(CLASSES);
      }
    }

    private static float[] randomValues(TensorLayout layout, CounterRandom random) {
      float[] values = new float[layout.size()];
      for (Tensor tensor : layout.tensors()) {
        double deviation =
            Math.sqrt(2.0 / Math.max(1, tensor.inputs().length * tensor.kernelArea()));
        for (int i = 0; i < tensor.size(); i++) {
          values[tensor.offset() + i] =
              (float)
                  switch (tensor.kind()) {
                    case WEIGHT -> deviation * random.nextGaussian();
                    case SCALE, VARIANCE -> 0.5 + random.nextDouble();
                    case SHIFT, BIAS, MEAN -> 0.2 * random.nextGaussian();
                  };
        }
      }
      return values;
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

  @ParameterizedTest
  @CsvSource({
    "resnet8, 1.0, 0.5, 1",
    "vgg16, 0.25, 0.6, 2",
    "wrn-10-1, 1.0, 0.5, 3",
    "resnet8, 0.25, 0.3, 4"
  })
  void write_compactNetwork_stockDl4jPredictsTheSame(
      String name, double width, double share, long seed) throws IOException {
    Case random = new Case(name, width, share, seed);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    new Dl4jModel(random.compact, random.parameters, random.statistics)
        .write(zip, new float[] {1, 2, 3}, new float[] {4, 5, 6});
    ComputationGraph loaded =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), false);
    assertSamePredictions(random, loaded);
    NormalizerStandardize normaliser =
        ModelSerializer.restoreNormalizerFromInputStream(
            new ByteArrayInputStream(zip.toByteArray()));
    assertThat(normaliser.getMean().toFloatVector()).containsExactly(1, 2, 3);
    assertThat(normaliser.getStd().toFloatVector()).containsExactly(4, 5, 6);
  }

  @Test
  void toGraph_emptyGroups_predictsTheSame() {
    for (double share : new double[] {0, 0.05, 0.12}) {
      Case random = new Case("resnet8", 0.5, share, 5);
      assertSamePredictions(
          random, new Dl4jModel(random.compact, random.parameters, random.statistics).toGraph());
    }
  }

  /**
   * The dense network in DL4J with scale and shift of every absent channel zeroed, against our
   * compact step.
   */
  @ParameterizedTest
  @CsvSource({"resnet8, 1.0, 0.6, 11", "vgg16, 0.25, 0.7, 12", "resnet8, 0.5, 1.0, 13"})
  void forwardBackward_randomMask_equalsDl4jWithZeroedChannels(
      String name, double width, double share, long seed) {
    Case random = new Case(name, width, share, seed);
    float[] denseParameters = new float[random.dense.parameters().size()];
    new Slicer(random.dense.parameters(), random.compact.parameters())
        .scatter(random.parameters, denseParameters);
    float[] denseStatistics = new float[random.dense.statistics().size()];
    ComputationGraph graph =
        new Dl4jModel(random.dense, denseParameters, denseStatistics).toGraph();
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
              random.labels,
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

  private static void assertSamePredictions(Case random, ComputationGraph graph) {
    float[] expected = graph.outputSingle(random.input()).dup('c').reshape(-1).toFloatVector();
    try (NetworkExecutor executor = new NetworkExecutor(random.network, BATCH)) {
      float[] actual =
          executor.predict(
              random.compact,
              Weights.of(random.compact, random.parameters),
              random.statistics,
              random.images);
      assertThat(actual).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
    }
  }
}
