package io.coppice.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against the sums that define a convolution, also of shapes that others take by the fixed rule.
 */
class DirectConvolutionTest {

  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest(name = "{0} to {1} channels, {2}x{2}")
  @CsvSource({"32, 40, 4", "64, 32, 8", "8, 16, 8", "40, 40, 2", "16, 64, 1"})
  void threePasses_anyShape_equalTheDefinition(int in, int out, int size) {
    ConvolutionKernels.Key key =
        new ConvolutionKernels.Key(3, in, out, 1, size, size, Window.square(3, 1, 1), false);
    ConvolutionDefinition definition = new ConvolutionDefinition(key, in + 31L * size);
    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        DirectConvolution convolution = new DirectConvolution(context, key)) {
      NativeBuffer sources = RandomTensors.buffer(context, definition.source);
      NativeBuffer weights = RandomTensors.buffer(context, definition.weights);
      NativeBuffer gradients = RandomTensors.buffer(context, definition.destinationGradient);
      NativeBuffer result = context.buffers().acquireFloats(definition.destination.length);
      convolution.forward(sources, weights, result);
      ConvolutionDefinition.assertEqual("destination", result, definition.destination, TOLERANCE);
      result = context.buffers().acquireFloats(definition.sourceGradient.length);
      convolution.backwardData(gradients, weights, result);
      ConvolutionDefinition.assertEqual(
          "gradient of the source", result, definition.sourceGradient, TOLERANCE);
      result = context.buffers().acquireFloats(definition.weightsGradient.length);
      convolution.backwardWeights(sources, gradients, result);
      ConvolutionDefinition.assertEqual(
          "gradient of the weights", result, definition.weightsGradient, TOLERANCE);
    }
  }

  @Test
  void threePasses_eightChannels_useNoRegistersOfSixteenFloats() {
    ConvolutionKernels.Key key =
        new ConvolutionKernels.Key(2, 8, 8, 1, 16, 16, Window.square(3, 1, 1), false);
    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST);
        DirectConvolution convolution = new DirectConvolution(context, key)) {
      NativeBuffer activation = context.buffers().acquireFloats(2 * 8 * 16 * 16);
      activation.zero(2 * 8 * 16 * 16 * Float.BYTES);
      NativeBuffer weights = RandomTensors.buffer(context, new float[key.weightCount()]);
      convolution.forward(activation, weights, context.buffers().acquireFloats(2 * 8 * 16 * 16));
      convolution.backwardData(
          activation, weights, context.buffers().acquireFloats(2 * 8 * 16 * 16));
      convolution.backwardWeights(activation, activation, weights);
      assertThat(context.implementations())
          .filteredOn(name -> name.contains("convolution"))
          .hasSize(3)
          .noneMatch(name -> name.contains("avx512"));
    }
  }
}
