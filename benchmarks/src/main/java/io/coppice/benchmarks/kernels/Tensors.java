package io.coppice.benchmarks.kernels;

import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/** Tensors to run kernels on. */
final class Tensors {

  private Tensors() {}

  /** A buffer of so many small numbers, none of them denormal. */
  static NativeBuffer filled(KernelContext context, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i % 13 - 6) / 64f;
    }
    NativeBuffer buffer = context.buffers().acquireFloats(count);
    buffer.write(values, 0, count);
    return buffer;
  }
}
