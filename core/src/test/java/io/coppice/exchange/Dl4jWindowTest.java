package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Windows of every kind, strict ones and widely padded ones too, are Deeplearning4j's. */
class Dl4jWindowTest {

  /** Layers that have a window. */
  enum Kind {
    CONVOLUTION,
    DEPTHWISE,
    SEPARABLE,
    MAXIMUM,
    MEAN,
    MEAN_WITH_PADDING;

    /** Whether padding is a value like any other. */
    boolean countsPadding() {
      return this != MAXIMUM && this != MEAN;
    }
  }

  /** A window; rows, then columns. */
  private record Drawn(
      Kind kind, ConvolutionMode mode, int[] kernel, int[] stride, int[] padding, boolean bias) {

    static Drawn any(CounterRandom random, ConvolutionMode mode) {
      return new Drawn(
          Kind.values()[random.nextInt(Kind.values().length)],
          mode,
          pair(random, 1, 3),
          pair(random, 1, 3),
          pair(random, 0, 4),
          random.nextBoolean());
    }

    private static int[] pair(CounterRandom random, int least, int most) {
      return new int[] {
        least + random.nextInt(most - least + 1), least + random.nextInt(most - least + 1)
      };
    }

    boolean mayLieInPadding() {
      return padding[0] >= kernel[0] || padding[1] >= kernel[1];
    }

    /** Images that the windows fill but for so many rows and columns, as few as may be given. */
    Shape image(CounterRandom random, int rest) {
      int[] sides = new int[2];
      for (int axis = 0; axis < 2; axis++) {
        sides[axis] = kernel[axis] - 2 * padding[axis] + stride[axis] * random.nextInt(3);
        while (sides[axis] < 1) {
          sides[axis] += stride[axis];
        }
        sides[axis] += Math.min(rest, stride[axis] - 1);
      }
      return new Shape(2 + random.nextInt(2), sides[0], sides[1]);
    }

    Layer layer() {
      return switch (kind) {
        case CONVOLUTION ->
            new ConvolutionLayer.Builder(kernel, stride, padding)
                .nOut(3)
                .hasBias(bias)
                .convolutionMode(mode)
                .activation(Activation.IDENTITY)
                .build();
        case DEPTHWISE ->
            new DepthwiseConvolution2D.Builder(kernel, stride, padding)
                .depthMultiplier(2)
                .hasBias(bias)
                .convolutionMode(mode)
                .activation(Activation.IDENTITY)
                .build();
        case SEPARABLE ->
            new SeparableConvolution2D.Builder(kernel, stride, padding)
                .nOut(3)
                .depthMultiplier(2)
                .hasBias(bias)
                .convolutionMode(mode)
                .activation(Activation.IDENTITY)
                .build();
        case MAXIMUM, MEAN, MEAN_WITH_PADDING -> {
          SubsamplingLayer pool =
              new SubsamplingLayer.Builder(
                      kind == Kind.MAXIMUM ? PoolingType.MAX : PoolingType.AVG,
                      kernel,
                      stride,
                      padding)
                  .convolutionMode(mode)
                  .build();
          pool.setAvgPoolIncludePadInDivisor(kind.countsPadding());
          yield pool;
        }
      };
    }

    ComputationGraphConfiguration graph(Shape image) {
      return new NeuralNetConfiguration.Builder()
          .seed(1)
          .graphBuilder()
          .addInputs("image")
          .setInputTypes(InputType.convolutional(image.height(), image.width(), image.channels()))
          .addLayer("window", layer(), "image")
          .addLayer(
              "out",
              new OutputLayer.Builder(LossFunction.MCXENT)
                  .nOut(3)
                  .activation(Activation.SOFTMAX)
                  .build(),
              "window")
          .setOutputs("out")
          .build();
    }
  }

  @Property(tries = 120)
  void read_anyWindow_computesAsDeeplearning4jOrIsRefused(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    boolean strict = random.nextBoolean();
    Drawn drawn = Drawn.any(random, strict ? ConvolutionMode.Strict : ConvolutionMode.Truncate);
    Shape image = drawn.image(random, strict ? 0 : random.nextInt(3));
    ComputationGraph graph = new ComputationGraph(drawn.graph(image));
    graph.init();
    RandomDl4jNetwork.fill(graph.paramTable(), random);
    byte[] zip = RandomDl4jNetwork.zip(graph.getConfiguration().toJson(), graph.params());
    if (drawn.mayLieInPadding() && !drawn.kind().countsPadding()) {
      assertThatThrownBy(() -> NetworkFile.read(zip, "model.zip", image))
          .isInstanceOf(InvalidNetworkException.class)
          .hasMessageContaining("window: padding is smaller than the window of");
    } else {
      INDArray images = Dl4jOracle.images(image, random);
      Dl4jOracle.assertPredicts(
          zip, image, images, graph.outputSingle(images.dup()), "seed " + seed + ", " + drawn);
    }
  }

  /** Why such a pool is refused: it has no value there. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"MAXIMUM", "MEAN"})
  void deeplearning4j_poolThatSeesPaddingAlone_givesNoNumber(Kind kind) {
    Drawn drawn =
        new Drawn(
            kind,
            ConvolutionMode.Truncate,
            new int[] {2, 2},
            new int[] {1, 1},
            new int[] {2, 2},
            false);
    ComputationGraph graph = new ComputationGraph(drawn.graph(new Shape(2, 3, 3)));
    graph.init();
    INDArray output =
        Objects.requireNonNull(graph.feedForward(Nd4j.ones(1, 2, 3, 3), false).get("window"));
    float corner = output.getFloat(0, 0, 0, 0);
    assertThat(Float.isNaN(corner) || corner < -1e38f).as("found %s", corner).isTrue();
  }

  @Property(tries = 60)
  void read_strictWindowThatDoesNotFillTheImage_isRefusedAsByDeeplearning4j(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    Drawn drawn = Drawn.any(random, ConvolutionMode.Strict);
    int axis = random.nextInt(2);
    drawn.stride()[axis] = 2 + random.nextInt(2);
    if (!drawn.kind().countsPadding()) {
      drawn.padding()[0] = Math.min(drawn.padding()[0], drawn.kernel()[0] - 1);
      drawn.padding()[1] = Math.min(drawn.padding()[1], drawn.kernel()[1] - 1);
    }
    Shape fits = drawn.image(random, 0);
    Shape other =
        new Shape(
            fits.channels(),
            fits.height() + (axis == 0 ? 1 : 0),
            fits.width() + (axis == 1 ? 1 : 0));
    byte[] json = drawn.graph(fits).toJson().getBytes(StandardCharsets.UTF_8);
    assertThat(NetworkFile.read(json, "net.json", fits).network().inputShape()).isEqualTo(fits);
    assertThatThrownBy(() -> drawn.graph(other))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("ConvolutionMode.Strict");
    assertThatThrownBy(() -> NetworkFile.read(json, "net.json", other))
        .isInstanceOf(InvalidNetworkException.class)
        .hasMessageContaining("window: convolutionMode Strict needs windows that fill");
  }
}
