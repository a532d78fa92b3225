package io.coppice.onednn;

import java.util.Random;
import org.bytedeco.dnnl.global.dnnl;

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

  /** Normally distributed values that a precision has. */
  static float[] values(Random random, int count, Precision precision) {
    float[] values = values(random, count);
    precision.round(values);
    return values;
  }

  /**
   * An activation in the context's layout and precision.
   *
   * @param channelsLast its values, {@code (batch, height, width, channels)}
   */
  static NativeBuffer activation(
      KernelContext context, float[] channelsLast, int batch, int channels, int height, int width) {
    NativeBuffer activation = context.buffers().acquire(context.bytes(channelsLast.length));
    try (Descriptors descriptors = new Descriptors(context)) {
      Reorder copy =
          new Reorder(
              context,
              descriptors,
              descriptors.tensor(dnnl.dnnl_nhwc, batch, channels, height, width),
              descriptors.activation(context.layout().tag(), batch, channels, height, width));
      NativeBuffer values = buffer(context, channelsLast);
      activation.copyFrom(copy.apply(context, 0, values), context.bytes(channelsLast.length));
      copy.close();
    }
    return activation;
  }

  /** The values of an activation, {@code (batch, height, width, channels)}. */
  static NativeBuffer channelsLast(
      KernelContext context,
      NativeBuffer activation,
      int batch,
      int channels,
      int height,
      int width) {
    long count = (long) batch * channels * height * width;
    NativeBuffer values = context.buffers().acquireFloats(count);
    try (Descriptors descriptors = new Descriptors(context)) {
      Reorder copy =
          new Reorder(
              context,
              descriptors,
              descriptors.activation(context.layout().tag(), batch, channels, height, width),
              descriptors.tensor(dnnl.dnnl_nhwc, batch, channels, height, width));
      values.copyFrom(copy.apply(context, 0, activation), count * Float.BYTES);
      copy.close();
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
