package io.coppice.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coppice.network.Window;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the sums that define a convolution, on any processor, whatever implementation runs. */
class ConvolutionKernelsTest {

  private static final double TOLERANCE = 1e-4;

  /** The last of a bfloat16's 8 significant bits. */
  private static final double BFLOAT16_TOLERANCE = 1.0 / 256;

  @Property(tries = 400)
  void threePasses_anyShape_equalTheDefinition(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    assertEqualsDefinition(anyShape(seed, 8));
  }

  @ParameterizedTest(name = "{0} to {1} channels, image {2}, {3}x{4}, kernel {5}x{6}, by {7}x{8}")
  @CsvSource({
    "1, 8, true, 5, 4, 4, 3, 1, 2",
    "1, 40, true, 3, 2, 3, 2, 1, 2",
    "2, 40, true, 8, 8, 1, 1, 2, 2",
    "8, 16, false, 6, 11, 1, 1, 3, 1",
    "8, 8, false, 10, 12, 1, 1, 1, 3"
  })
  void threePasses_shapesThatAnImplementationGetsWrong_equalTheDefinition(
      int in,
      int out,
      boolean image,
      int height,
      int width,
      int kernelHeight,
      int kernelWidth,
      int strideHeight,
      int strideWidth) {
    Window window = new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, 0, 0, 0, 0);
    assertEqualsDefinition(new ConvolutionKernels.Key(3, in, out, 1, height, width, window, image));
  }

  private static ConvolutionKernels.Key anyShape(long seed, int block) {
    CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT);
    int height = 1 + random.nextInt(9);
    int width = 1 + random.nextInt(9);
    int kernelHeight = 1 + random.nextInt(Math.min(5, height));
    int kernelWidth = 1 + random.nextInt(Math.min(5, width));
    boolean padded = random.nextBoolean();
    Window window =
        new Window(
            kernelHeight,
            kernelWidth,
            1 + random.nextInt(3),
            1 + random.nextInt(3),
            padded ? random.nextInt(kernelHeight) : 0,
            padded ? random.nextInt(kernelHeight) : 0,
            padded ? random.nextInt(kernelWidth) : 0,
            padded ? random.nextInt(kernelWidth) : 0);
    boolean image = random.nextBoolean();
    boolean depthwise = !image && random.nextInt(3) == 0;
    int in = image ? 1 + random.nextInt(4) : block * (1 + random.nextInt(5));
    int out = depthwise ? in : block * (1 + random.nextInt(5));
    int batch = 1 + random.nextInt(5);
    return new ConvolutionKernels.Key(
        batch, in, out, depthwise ? in : 1, height, width, window, image);
  }

  @ParameterizedTest
  @EnumSource
  void threePasses_bfloat16_equalTheDefinition(ActivationLayout layout) {
    assumeTrue(KernelContext.hasBfloat16(), "the processor does not multiply bfloat16");
    for (long seed = 0; seed < 150; seed++) {
      assertEqualsDefinition(
          anyShape(seed, layout.channelBlock()), layout, Precision.BFLOAT16, BFLOAT16_TOLERANCE);
    }
  }

  private static void assertEqualsDefinition(ConvolutionKernels.Key key) {
    assertEqualsDefinition(key, ActivationLayout.CHANNELS_LAST, Precision.FLOAT32, TOLERANCE);
  }

  private static void assertEqualsDefinition(
      ConvolutionKernels.Key key, ActivationLayout layout, Precision precision, double tolerance) {
    ConvolutionDefinition definition = new ConvolutionDefinition(key, key.hashCode(), precision);
    try (KernelContext context = new KernelContext(layout, precision)) {
      ConvolutionKernels kernels = ConvolutionKernels.of(context, key);
      NativeBuffer source =
          key.image()
              ? RandomTensors.buffer(context, definition.source)
              : RandomTensors.activation(
                  context, definition.source, key.batch(), key.in(), key.height(), key.width());
      NativeBuffer weights = RandomTensors.buffer(context, definition.weights);
      NativeBuffer gradient =
          RandomTensors.activation(
              context,
              definition.destinationGradient,
              key.batch(),
              key.out(),
              key.outHeight(),
              key.outWidth());
      NativeBuffer result = context.buffers().acquire(context.bytes(definition.destination.length));
      kernels.forward(source, weights, result);
      ConvolutionDefinition.assertEqual(
          "destination of " + key,
          RandomTensors.channelsLast(
              context, result, key.batch(), key.out(), key.outHeight(), key.outWidth()),
          definition.destination,
          tolerance);
      if (!key.image()) {
        result = context.buffers().acquire(context.bytes(definition.sourceGradient.length));
        kernels.backwardData(gradient, weights, result);
        ConvolutionDefinition.assertEqual(
            "gradient of the source of " + key,
            RandomTensors.channelsLast(
                context, result, key.batch(), key.in(), key.height(), key.width()),
            definition.sourceGradient,
            tolerance);
      }
      result = context.buffers().acquireFloats(definition.weightsGradient.length);
      kernels.backwardWeights(source, gradient, result);
      ConvolutionDefinition.assertEqual(
          "gradient of the weights of " + key, result, definition.weightsGradient, TOLERANCE);
    }
  }
}
