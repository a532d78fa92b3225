package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Window;
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
    ConvolutionDefinition definition = new ConvolutionDefinition(key, in + 31L * height);
    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        Descriptors descriptors = new Descriptors(context);
        WeightsGradientProducts products =
            new WeightsGradientProducts(new ConvolutionTensors(context, key, descriptors))) {
      NativeBuffer result = context.buffers().acquireFloats(key.weightCount());
      products.execute(
          RandomTensors.buffer(context, definition.source),
          RandomTensors.buffer(context, definition.destinationGradient),
          result);
      ConvolutionDefinition.assertEqual(
          "gradient of the weights", result, definition.weightsGradient, 5e-5);
    }
  }
}
