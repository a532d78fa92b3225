package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.MaskedReference;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Targets;
import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.Objects;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is taken over from Deeplearning4j computes what Deeplearning4j computes. */
class Dl4jOracleTest {

  private static final int BATCH = Dl4jOracle.BATCH;

  // Deeplearning4j gets copies of the images: an activation layer that reads them changes them.

  @Property(tries = 60)
  void read_randomGraph_predictsAsDeeplearning4j(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    RandomDl4jNetwork drawn = new RandomDl4jNetwork(random, true);
    ComputationGraph graph = new ComputationGraph(drawn.graph());
    graph.init();
    RandomDl4jNetwork.fill(graph.paramTable(), random);
    INDArray images = Dl4jOracle.images(drawn.image(), random);
    Dl4jOracle.assertPredicts(
        RandomDl4jNetwork.zip(graph.getConfiguration().toJson(), graph.params()),
        drawn.image(),
        images,
        graph.outputSingle(images.dup()),
        "seed " + seed);
  }

  @Property(tries = 40)
  void read_randomListOfLayers_predictsAsDeeplearning4j(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    RandomDl4jNetwork drawn = new RandomDl4jNetwork(random, true);
    MultiLayerNetwork network = new MultiLayerNetwork(drawn.list());
    network.init();
    RandomDl4jNetwork.fill(network.paramTable(), random);
    INDArray images = Dl4jOracle.images(drawn.image(), random);
    Dl4jOracle.assertPredicts(
        RandomDl4jNetwork.zip(network.getLayerWiseConfigurations().toJson(), network.params()),
        drawn.image(),
        images,
        network.output(images.dup()),
        "seed " + seed);
  }

  @Property(tries = 40)
  void read_randomListThatBeginsDense_predictsAsDeeplearning4j(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    RandomDl4jNetwork drawn = new RandomDl4jNetwork(random, true);
    boolean flat = random.nextBoolean();
    MultiLayerNetwork network = new MultiLayerNetwork(drawn.denseList(flat));
    network.init();
    RandomDl4jNetwork.fill(network.paramTable(), random);
    INDArray images = Dl4jOracle.images(drawn.image(), random);
    INDArray theirs = images.dup('c');
    Dl4jOracle.assertPredicts(
        RandomDl4jNetwork.zip(network.getLayerWiseConfigurations().toJson(), network.params()),
        drawn.image(),
        images,
        network.output(flat ? theirs.reshape(BATCH, drawn.image().size()) : theirs),
        "seed " + seed);
  }

  @Property(tries = 40)
  void read_randomGraph_hasDeeplearning4jsGradients(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    RandomDl4jNetwork drawn = new RandomDl4jNetwork(random, false);
    ComputationGraph graph = new ComputationGraph(drawn.graph());
    graph.init();
    RandomDl4jNetwork.fill(graph.paramTable(), random);
    String configuration = graph.getConfiguration().toJson();
    INDArray images = Dl4jOracle.images(drawn.image(), random);
    int[] labels = new int[BATCH];
    INDArray oneHot = Nd4j.zeros(BATCH, drawn.classes());
    for (int i = 0; i < BATCH; i++) {
      labels[i] = random.nextInt(drawn.classes());
      oneHot.putScalar(i, labels[i], 1);
    }
    byte[] zip = RandomDl4jNetwork.zip(configuration, graph.params());
    graph.setInputs(images.dup());
    graph.setLabels(oneHot);
    graph.computeGradientAndScore();
    // It divides by the size of the minibatch later, when it updates.
    INDArray gradient = graph.gradient().gradient().div(BATCH);

    NetworkFile.Content content = NetworkFile.read(zip, "model.zip", drawn.image());
    StartValues start = Objects.requireNonNull(content.start());
    Assume.that(awayFromKinks(content.network(), start.parameters(), images, labels));
    CompactNetwork dense = CompactNetwork.dense(content.network());
    float[] ours = new float[dense.parameters().size()];
    float[] statistics = new float[dense.statistics().size()];
    try (NetworkExecutor executor = new NetworkExecutor(content.network(), BATCH)) {
      double loss =
          executor
              .forwardBackward(
                  dense,
                  Weights.of(dense, start.parameters()),
                  images.dup('c').data().asFloat(),
                  Targets.of(labels),
                  0,
                  ours,
                  statistics)
              .loss();
      assertThat(loss).as("loss, seed %d", seed).isCloseTo(graph.score(), within(2e-3));
    }
    // The gradients lie as the weights do; those of running statistics are none.
    float[] expected = sorted(configuration, gradient, drawn.image());
    double scale = 1e-2;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int i = 0; i < ours.length; i++) {
      assertThat((double) ours[i])
          .as("gradient %d, seed %d of %s", i, seed, content.network().nodes())
          .isCloseTo(expected[i], within(5e-3 * scale));
    }
  }

  /** Where a value lies on a kink, either gradient is right. */
  private static boolean awayFromKinks(
      Network network, float[] parameters, INDArray images, int[] labels) {
    double[] exact = new double[parameters.length];
    Arrays.setAll(exact, i -> parameters[i]);
    return new MaskedReference(network, Mask.full(network.groupChannels()), BATCH, exact, 0)
            .run(images.dup('c').data().asFloat(), Targets.of(labels))
            .nearestKink()
        > 1e-5;
  }

  /**
   * Deeplearning4j's gradients in our layout, by the way that weights take; what stands for running
   * statistics counts for nothing.
   */
  private static float[] sorted(String configuration, INDArray gradient, Shape image) {
    float[] values = gradient.dup().data().asFloat();
    return Dl4jNetwork.read(configuration, "net", image).sorted(values).parameters();
  }
}
