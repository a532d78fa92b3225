package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Window;
import java.util.Random;

/**
 * A convolution of random values by the sums that define it, in double precision. Tensors are
 * channels-last but for an image, which is plain; weights are {@code (out, in / groups, kernel
 * height, kernel width)}.
 */
final class ConvolutionDefinition {

  final float[] source;
  final float[] weights;
  final float[] destinationGradient;
  final double[] destination;
  final double[] sourceGradient;
  final double[] weightsGradient;

  ConvolutionDefinition(ConvolutionKernels.Key key, long seed) {
    this(key, seed, Precision.FLOAT32);
  }

  /**
   * @param precision that has all values of source, weights and the destination's gradient
   */
  ConvolutionDefinition(ConvolutionKernels.Key key, long seed, Precision precision) {
    Random random = new Random(seed);
    int pixels = key.batch() * key.height() * key.width();
    int outPixels = key.batch() * key.outHeight() * key.outWidth();
    source = RandomTensors.values(random, pixels * key.in(), precision);
    weights = RandomTensors.values(random, key.weightCount(), precision);
    destinationGradient = RandomTensors.values(random, outPixels * key.out(), precision);
    destination = new double[destinationGradient.length];
    sourceGradient = new double[source.length];
    weightsGradient = new double[weights.length];
    for (int image = 0; image < key.batch(); image++) {
      for (int y = 0; y < key.outHeight(); y++) {
        for (int x = 0; x < key.outWidth(); x++) {
          addProducts(key, image, y, x);
        }
      }
    }
  }

  private void addProducts(ConvolutionKernels.Key key, int image, int y, int x) {
    Window window = key.window();
    int inputs = key.in() / key.groups();
    int outputs = key.out() / key.groups();
    for (int v = 0; v < window.height(); v++) {
      for (int u = 0; u < window.width(); u++) {
        int row = y * window.strideHeight() + v - window.top();
        int column = x * window.strideWidth() + u - window.left();
        if (row < 0 || row >= key.height() || column < 0 || column >= key.width()) {
          continue;
        }
        for (int o = 0; o < key.out(); o++) {
          int to = ((image * key.outHeight() + y) * key.outWidth() + x) * key.out() + o;
          for (int i = 0; i < inputs; i++) {
            int from = position(key, image, o / outputs * inputs + i, row, column);
            int weight = ((o * inputs + i) * window.height() + v) * window.width() + u;
            destination[to] += (double) source[from] * weights[weight];
            sourceGradient[from] += (double) destinationGradient[to] * weights[weight];
            weightsGradient[weight] += (double) destinationGradient[to] * source[from];
          }
        }
      }
    }
  }

  private static int position(
      ConvolutionKernels.Key key, int image, int channel, int row, int column) {
    return key.image()
        ? ((image * key.in() + channel) * key.height() + row) * key.width() + column
        : ((image * key.height() + row) * key.width() + column) * key.in() + channel;
  }

  /** Fails where a value is off by more than a share of the largest. */
  static void assertEqual(String what, NativeBuffer actual, double[] expected, double tolerance) {
    float[] values = new float[expected.length];
    actual.read(0, values, 0, values.length);
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("%s at %d", what, i)
          .isCloseTo(expected[i], within(tolerance * largest));
    }
  }
}
