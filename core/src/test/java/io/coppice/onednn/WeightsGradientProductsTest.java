package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Window;
import java.util.Random;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the sum that defines the gradient, on any processor, whatever the fixed rule picks. */
class WeightsGradientProductsTest {

  @ParameterizedTest
  @CsvSource({
    "3, 8, 16, 4, 4, 3",
    "2, 16, 8, 3, 5, 3",
    "5, 8, 8, 2, 2, 3",
    "4, 24, 8, 1, 1, 3",
    "1, 8, 8, 6, 2, 5",
    "3, 8, 16, 4, 4, 1"
  })
  void execute_anyShape_equalsTheDefinition(
      int batch, int in, int out, int height, int width, int kernel) {
    ConvolutionKernels.Key key =
        new ConvolutionKernels.Key(
            batch, in, out, 1, height, width, Window.square(kernel, 1, kernel / 2), false);
    assertThat(WeightsGradientProducts.fits(key)).isTrue();
    Random random = new Random(in + 31L * height);
    float[] source = RandomTensors.values(random, batch * height * width * in);
    float[] gradient = RandomTensors.values(random, batch * height * width * out);
    float[] actual = new float[key.weightCount()];
    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        Descriptors descriptors = new Descriptors(context);
        WeightsGradientProducts products =
            new WeightsGradientProducts(
                context,
                key,
                descriptors,
                descriptors.tensor(dnnl.dnnl_nhwc, batch, in, height, width),
                descriptors.tensor(dnnl.dnnl_nhwc, batch, out, height, width),
                descriptors.tensor(dnnl.dnnl_oihw, out, in, kernel, kernel))) {
      NativeBuffer result = context.buffers().acquireFloats(actual.length);
      products.execute(
          RandomTensors.buffer(context, source), RandomTensors.buffer(context, gradient), result);
      result.read(0, actual, 0, actual.length);
    }
    float[] expected = expected(key, source, gradient);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("weight %d", i).isCloseTo(expected[i], within(1e-3f));
    }
  }

  /** Both tensors channels-last, weights (out, in, kernel, kernel). */
  private static float[] expected(
      ConvolutionKernels.Key key, float[] source, float[] destinationGradient) {
    float[] expected = new float[key.weightCount()];
    int next = 0;
    for (int o = 0; o < key.out(); o++) {
      for (int i = 0; i < key.in(); i++) {
        for (int row = 0; row < key.window().height(); row++) {
          for (int column = 0; column < key.window().height(); column++) {
            double sum = 0;
            for (int image = 0; image < key.batch(); image++) {
              for (int y = 0; y < key.height(); y++) {
                for (int x = 0; x < key.width(); x++) {
                  int fromY = y + row - key.window().top();
                  int fromX = x + column - key.window().top();
                  if (fromY >= 0 && fromY < key.height() && fromX >= 0 && fromX < key.width()) {
                    int from = (image * key.height() + fromY) * key.width() + fromX;
                    int to = (image * key.height() + y) * key.width() + x;
                    sum +=
                        (double) source[from * key.in() + i]
                            * destinationGradient[to * key.out() + o];
                  }
                }
              }
            }
            expected[next++] = (float) sum;
          }
        }
      }
    }
    return expected;
  }
}
