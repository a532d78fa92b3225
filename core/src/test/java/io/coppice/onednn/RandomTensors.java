package io.coppice.onednn;

import java.util.Random;

/** Tensors of normally distributed values. */
final class RandomTensors {

  private RandomTensors() {}

  static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A buffer with the given values, of the context's pool. */
  static NativeBuffer buffer(KernelContext context, float[] values) {
    NativeBuffer buffer = context.buffers().acquireFloats(values.length);
    buffer.write(values, 0, values.length);
    return buffer;
  }
}
