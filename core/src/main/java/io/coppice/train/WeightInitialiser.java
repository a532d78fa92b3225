package io.coppice.train;

import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;

/**
 * Weights before the first step: normal with variance 2 / fan-in (He et al., "Delving Deep into
 * Rectifiers", ICCV 2015), scales 1, shifts and biases 0; running means 0 and variances 1.
 */
public final class WeightInitialiser {

  private WeightInitialiser() {}

  /** Values for all tensors of a layout of the dense network. */
  public static float[] initialise(TensorLayout layout, long seed) {
    float[] values = new float[layout.size()];
    for (int t = 0; t < layout.tensors().size(); t++) {
      Tensor tensor = layout.tensors().get(t);
      CounterRandom random = CounterRandom.of(seed, Purpose.WEIGHT, t);
      double deviation = Math.sqrt(2.0 / (tensor.inputs().length * tensor.kernelArea()));
      for (int i = 0; i < tensor.size(); i++) {
        values[tensor.offset() + i] = (float) initial(tensor.kind(), random, deviation);
      }
    }
    return values;
  }

  private static double initial(Kind kind, CounterRandom random, double deviation) {
    return switch (kind) {
      case WEIGHT -> deviation * random.nextGaussian();
      case SCALE, VARIANCE -> 1;
      case SHIFT, BIAS, MEAN -> 0;
    };
  }
}
