package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.network.ChannelGroup;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The compact step equals the dense masked step: the engine against {@link MaskedReference}. */
class NetworkExecutorTest {

  private static final double TOLERANCE = 2e-4;

  @Property(tries = 300)
  void forwardBackward_randomNetworkAndMask_equalsMaskedReference(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    assertEqualsReference(RandomCase.of(seed));
  }

  @Property(tries = 150)
  void forwardBackward_blocksOf16Channels_equalsMaskedReference(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    assertEqualsReference(RandomCase.of(seed), ActivationLayout.BLOCKED_16);
  }

  @Test
  void forwardBackward_everyGroupEmpty_trainsOnlyTheBias() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 0.5);
    RandomCase random = RandomCase.of(network, Mask.builder(network.groupChannels()).build(), 5, 1);
    assertEqualsReference(random);
    assertThat(random.compact().parameters().size()).isEqualTo(4);
  }

  @Test
  void forwardBackward_innerGroupEmpty_branchAddsTheShiftOfItsNorm() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 0.5);
    Mask.Builder mask = Mask.builder(network.groupChannels());
    for (int group = 0; group < network.groups().size(); group++) {
      if (!network.groups().get(group).name().equals("stage1.block1.conv1")) {
        mask.activate(group, 0, network.groups().get(group).channels());
      }
    }
    assertEqualsReference(RandomCase.of(network, mask.build(), 3, 2));
  }

  @Test
  void forwardBackward_denseMask_equalsReference() {
    Network network = NetworkCatalogue.create("wrn-10-2", new Shape(3, 8, 8), 10, 0.5);
    assertEqualsReference(RandomCase.of(network, Mask.full(network.groupChannels()), 3, 3));
  }

  @Test
  void forwardBackward_sameStepTwice_sameBits() {
    RandomCase random = RandomCase.of(17);
    try (NetworkExecutor executor = new NetworkExecutor(random.network, random.batch)) {
      Step first = step(executor, random);
      Step second = step(executor, random);
      assertThat(second.gradient).containsExactly(first.gradient);
      assertThat(second.result).isEqualTo(first.result);
    }
  }

  @Test
  void nodeNanos_innerGroupEmpty_growForAllNodesButThoseWithoutChannels() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 8, 8), 4, 0.5);
    Mask.Builder mask = Mask.builder(network.groupChannels());
    for (ChannelGroup group : network.groups()) {
      mask.activate(group.id(), 0, group.name().equals("stage1.block1.conv1") ? 0 : 4);
    }
    RandomCase random = RandomCase.of(network, mask.build(), 3, 2);
    try (NetworkExecutor executor = new NetworkExecutor(network, random.batch)) {
      step(executor, random);
      long[] first = executor.nodeNanos();
      step(executor, random);
      long[] second = executor.nodeNanos();
      for (Node node : network.nodes()) {
        if (random.compact().channels(node.index()) == 0) {
          assertThat(second[node.index()]).as(node.name()).isZero();
        } else {
          assertThat(second[node.index()])
              .as(node.name())
              .isGreaterThan(first[node.index()])
              .isPositive();
        }
      }
    }
  }

  @Test
  void forwardBackward_catalogueNetworks_useNoReferenceKernel() {
    for (String name : new String[] {"resnet8", "wrn-10-1", "vgg16", "resnet50", "mobilenet"}) {
      Network network = NetworkCatalogue.create(name, new Shape(3, 32, 32), 10, 0.5);
      RandomCase random = RandomCase.of(network, Mask.full(network.groupChannels()), 4, 4);
      try (NetworkExecutor executor = new NetworkExecutor(network, random.batch)) {
        step(executor, random);
        executor.forward(
            random.compact(), random.weights(), random.images, random.targets, random.noise);
        // The gradient of the logits is a few hundred numbers: there the reference costs nothing.
        assertThat(executor.context().implementations())
            .isNotEmpty()
            .noneMatch(impl -> impl.startsWith("ref") && !impl.endsWith("log softmax backward"));
      }
    }
  }

  @Test
  void forwardBackward_bfloat16_isNearTheReferenceWithoutReferenceKernels() {
    assumeTrue(KernelContext.hasBfloat16(), "the processor does not multiply bfloat16");
    int compared = 0;
    for (long seed = 0; seed < 60; seed++) {
      RandomCase random = RandomCase.of(seed);
      MaskedReference reference = random.reference();
      try (NetworkExecutor executor =
          new NetworkExecutor(random.network, random.batch, Precision.BFLOAT16)) {
        Step step = step(executor, random);
        assertThat(step(executor, random).gradient).containsExactly(step.gradient);
        assertThat(executor.context().implementations())
            .noneMatch(impl -> impl.startsWith("ref") && !impl.endsWith("log softmax backward"));
        if (reference.smallestVariance() > 0.02) {
          compared++;
          assertThat(step.result.loss())
              .as("loss of %s", random)
              .isCloseTo(reference.loss, within(0.01 * reference.loss));
          float[] gradient = new float[random.parameters.length];
          new Slicer(random.dense.parameters(), random.compact().parameters())
              .scatter(step.gradient, gradient);
          assertThat(relativeDistance(gradient, reference.gradient))
              .as("gradient of %s", random)
              .isLessThan(0.2);
        }
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  private static double relativeDistance(float[] actual, double[] expected) {
    double distance = 0;
    double length = 1e-12;
    for (int i = 0; i < expected.length; i++) {
      distance += Math.pow(actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(distance / length);
  }

  @Test
  void evaluate_runningStatisticsOfTheMinibatch_givesTheTrainingLoss() {
    Network network = NetworkCatalogue.create("wrn-10-1", new Shape(3, 8, 9), 4, 0.7);
    RandomCase random = RandomCase.of(network, Mask.full(network.groupChannels()), 5, 23);
    try (NetworkExecutor executor = new NetworkExecutor(random.network, random.batch)) {
      Step step = step(executor, random);
      BatchResult evaluated =
          executor.evaluate(
              random.compact(),
              random.weights(),
              step.statistics,
              random.images,
              random.labels,
              random.batch);
      BatchResult trained =
          executor.forward(
              random.compact(),
              random.weights(),
              random.images,
              Targets.of(random.labels),
              random.noise);
      assertThat(evaluated.loss()).isCloseTo(trained.loss(), within(1e-4));
    }
  }

  @Test
  void reference_finiteDifferences_agreeWithItsGradient() {
    for (long seed = 100; seed < 112; seed++) {
      RandomCase random = RandomCase.of(seed);
      MaskedReference reference = random.reference();
      double epsilon = 1e-6;
      for (int i = 0; i < random.parameters.length; i += 1 + random.parameters.length / 40) {
        double up = lossWith(random, i, epsilon);
        double down = lossWith(random, i, -epsilon);
        double difference = (up - down) / (2 * epsilon);
        assertThat(reference.gradient[i])
            .as("%s parameter %d", random, i)
            .isCloseTo(difference, within(1e-5 + 1e-3 * Math.abs(difference)));
      }
    }
  }

  private static double lossWith(RandomCase random, int parameter, double change) {
    double[] parameters = random.parametersAsDoubles();
    parameters[parameter] += change;
    return random.referenceWith(parameters).loss;
  }

  private record Step(BatchResult result, float[] gradient, float[] statistics) {}

  private static Step step(NetworkExecutor executor, RandomCase random) {
    CompactNetwork compact = random.compact();
    float[] gradient = new float[compact.parameters().size()];
    float[] statistics = new float[compact.statistics().size()];
    BatchResult result =
        executor.forwardBackward(
            compact,
            random.weights(),
            random.images,
            random.targets,
            random.noise,
            gradient,
            statistics);
    return new Step(result, gradient, statistics);
  }

  private static void assertEqualsReference(RandomCase random) {
    assertEqualsReference(random, ActivationLayout.CHANNELS_LAST);
  }

  private static void assertEqualsReference(RandomCase random, ActivationLayout layout) {
    Precision precision = Precision.FLOAT32;
    MaskedReference reference = random.reference();
    CompactNetwork compact = random.compact();
    try (NetworkExecutor executor =
        new NetworkExecutor(random.network, random.batch, precision, layout)) {
      Step step = step(executor, random);
      assertThat(step.result.loss())
          .as("loss of %s", random)
          .isCloseTo(reference.loss, within(TOLERANCE));

      float[] gradient = new float[random.parameters.length];
      new Slicer(random.dense.parameters(), compact.parameters()).scatter(step.gradient, gradient);
      assertClose("gradient of " + random, gradient, reference.gradient);

      float[] statistics = new float[random.dense.statistics().size()];
      float[] expected = new float[statistics.length];
      new Slicer(random.dense.statistics(), compact.statistics())
          .scatter(step.statistics, statistics);
      float[] active = new float[compact.statistics().size()];
      float[] all = toFloats(reference.statistics);
      new Slicer(random.dense.statistics(), compact.statistics()).gather(all, active);
      new Slicer(random.dense.statistics(), compact.statistics()).scatter(active, expected);
      assertClose("statistics of " + random, statistics, toDoubles(expected));

      BatchResult forward =
          executor.forward(compact, random.weights(), random.images, random.targets, random.noise);
      assertThat(forward.loss())
          .as("forward loss of %s", random)
          .isCloseTo(reference.loss, within(TOLERANCE));
    }
  }

  private static void assertClose(String what, float[] actual, double[] expected) {
    double scale = 1e-2 + Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s at %d", what, i)
          .isCloseTo(expected[i], within(TOLERANCE * 5 * scale));
    }
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
