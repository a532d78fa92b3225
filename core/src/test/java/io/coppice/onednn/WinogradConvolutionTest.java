package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Window;
import java.util.Random;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the sums that define a convolution, on any processor, whatever the fixed rule picks. */
class WinogradConvolutionTest {

  private static final double TOLERANCE = 5e-5;

  /** Is told every product of a source value and a weight that a destination value sums up. */
  private interface Product {
    void add(int image, int y, int x, int fromY, int fromX, int out, int in, int weight);
  }

  @ParameterizedTest(name = "batch {0}, {1} to {2} channels, {3}x{4}")
  @CsvSource({
    "3, 32, 40, 4, 4",
    "2, 40, 32, 8, 8",
    "70, 32, 32, 4, 4",
    "2, 32, 32, 7, 11",
    "1, 48, 32, 12, 4",
    "2, 32, 32, 18, 31",
    "5, 32, 64, 2, 2",
    "67, 40, 32, 2, 2"
  })
  void threePasses_anyShape_equalTheDefinition(int batch, int in, int out, int height, int width) {
    ConvolutionKernels.Key key =
        new ConvolutionKernels.Key(batch, in, out, 1, height, width, Window.square(3, 1, 1), false);
    assertThat(WinogradConvolution.fits(key)).isTrue();
    Random random = new Random(in + 31L * height);
    float[] source = RandomTensors.values(random, batch * height * width * in);
    float[] weights = RandomTensors.values(random, key.weightCount());
    float[] gradient = RandomTensors.values(random, batch * height * width * out);
    double[] destination = new double[gradient.length];
    double[] sourceGradient = new double[source.length];
    double[] weightsGradient = new double[weights.length];
    forEachProduct(
        key,
        (image, y, x, fromY, fromX, o, i, weight) -> {
          int to = ((image * height + y) * width + x) * out + o;
          int from = ((image * height + fromY) * width + fromX) * in + i;
          destination[to] += (double) source[from] * weights[weight];
          sourceGradient[from] += (double) gradient[to] * weights[weight];
          weightsGradient[weight] += (double) gradient[to] * source[from];
        });

    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        Descriptors descriptors = new Descriptors(context);
        WinogradConvolution convolution =
            new WinogradConvolution(
                context, key, descriptors, descriptors.tensor(dnnl.dnnl_oihw, out, in, 3, 3))) {
      NativeBuffer sources = RandomTensors.buffer(context, source);
      NativeBuffer weightBuffer = RandomTensors.buffer(context, weights);
      NativeBuffer gradients = RandomTensors.buffer(context, gradient);
      NativeBuffer result = context.buffers().acquireFloats(destination.length);
      convolution.forward(sources, weightBuffer, result);
      assertEqual("destination", result, destination);
      result = context.buffers().acquireFloats(sourceGradient.length);
      convolution.backwardData(gradients, weightBuffer, result);
      assertEqual("gradient of the source", result, sourceGradient);
      result = context.buffers().acquireFloats(weightsGradient.length);
      convolution.backwardWeights(sources, gradients, result);
      assertEqual("gradient of the weights", result, weightsGradient);
    }
  }

  @ParameterizedTest(name = "{0} to {1} channels, {2}x{3}, kernel {4}, stride {5}")
  @CsvSource({
    "24, 64, 8, 8, 3, 1",
    "64, 24, 8, 8, 3, 1",
    "64, 64, 8, 8, 1, 1",
    "64, 64, 8, 8, 5, 1",
    "64, 64, 8, 8, 3, 2",
    "64, 64, 1, 1, 3, 1",
    "64, 64, 3, 3, 3, 1",
    "64, 64, 5, 5, 3, 1"
  })
  void fits_otherShapes_no(int in, int out, int height, int width, int kernel, int stride) {
    assertThat(
            WinogradConvolution.fits(
                new ConvolutionKernels.Key(
                    2,
                    in,
                    out,
                    1,
                    height,
                    width,
                    Window.square(kernel, stride, kernel / 2),
                    false)))
        .isFalse();
  }

  /** Weights are {@code (out, in, 3, 3)}. */
  private static void forEachProduct(ConvolutionKernels.Key key, Product product) {
    for (int image = 0; image < key.batch(); image++) {
      for (int y = 0; y < key.height(); y++) {
        for (int x = 0; x < key.width(); x++) {
          for (int tap = 0; tap < 9; tap++) {
            int fromY = y + tap / 3 - 1;
            int fromX = x + tap % 3 - 1;
            if (fromY < 0 || fromY >= key.height() || fromX < 0 || fromX >= key.width()) {
              continue;
            }
            for (int o = 0; o < key.out(); o++) {
              for (int i = 0; i < key.in(); i++) {
                product.add(image, y, x, fromY, fromX, o, i, (o * key.in() + i) * 9 + tap);
              }
            }
          }
        }
      }
    }
  }

  private static void assertEqual(String what, NativeBuffer actual, double[] expected) {
    float[] values = new float[expected.length];
    actual.read(0, values, 0, values.length);
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("%s, value %d", what, i)
          .isCloseTo(expected[i], within(TOLERANCE * largest));
    }
  }
}
