package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the sums that define a convolution, on any processor, whatever the fixed rule picks. */
class WinogradConvolutionTest {

  private static final double TOLERANCE = 5e-5;

  @ParameterizedTest(name = "batch {0}, {1} to {2} channels, {3}x{4}")
  @CsvSource({
    "3, 32, 40, 4, 4",
    "2, 40, 32, 8, 8",
    "70, 32, 32, 4, 4",
    "2, 32, 32, 7, 11",
    "1, 48, 32, 12, 4",
    "2, 32, 32, 18, 31",
    "25, 24, 24, 16, 16",
    "3, 24, 56, 8, 8",
    "5, 32, 64, 2, 2",
    "67, 40, 32, 2, 2"
  })
  void threePasses_anyShape_equalTheDefinition(int batch, int in, int out, int height, int width) {
    ConvolutionKernels.Key key =
        new ConvolutionKernels.Key(batch, in, out, 1, height, width, Window.square(3, 1, 1), false);
    assertThat(WinogradConvolution.fits(key)).isTrue();
    ConvolutionDefinition definition = new ConvolutionDefinition(key, in + 31L * height);

    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        Descriptors descriptors = new Descriptors(context);
        WinogradConvolution convolution =
            new WinogradConvolution(new ConvolutionTensors(context, key, descriptors))) {
      NativeBuffer sources = RandomTensors.buffer(context, definition.source);
      NativeBuffer weightBuffer = RandomTensors.buffer(context, definition.weights);
      NativeBuffer gradients = RandomTensors.buffer(context, definition.destinationGradient);
      NativeBuffer result = context.buffers().acquireFloats(definition.destination.length);
      convolution.forward(sources, weightBuffer, result);
      assertEqual("destination", result, definition.destination);
      result = context.buffers().acquireFloats(definition.sourceGradient.length);
      convolution.backwardData(gradients, weightBuffer, result);
      assertEqual("gradient of the source", result, definition.sourceGradient);
      result = context.buffers().acquireFloats(definition.weightsGradient.length);
      convolution.backwardWeights(sources, gradients, result);
      assertEqual("gradient of the weights", result, definition.weightsGradient);
    }
  }

  @ParameterizedTest(name = "{0} to {1} channels, {2}x{3}, kernel {4}, stride {5}")
  @CsvSource({
    "16, 64, 8, 8, 3, 1",
    "64, 16, 8, 8, 3, 1",
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

  private static void assertEqual(String what, NativeBuffer actual, double[] expected) {
    ConvolutionDefinition.assertEqual(what, actual, expected, TOLERANCE);
  }
}
