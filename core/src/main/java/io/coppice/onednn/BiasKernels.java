package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A number {@code (channels)} for each channel, added to an activation {@code (batch, channels,
 * height, width)}.
 */
public final class BiasKernels implements AutoCloseable {

  private static final int PIXELS_SLOT = 0;

  /** Rows of a product with ones; that many ones are held. */
  private static final int ROWS = 4096;

  /** The shape of the activation; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private final NativeBuffer ones;
  private @Nullable Kernel forward;
  private @Nullable Reorder byPixel;

  private BiasKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
    float[] values = new float[ROWS];
    Arrays.fill(values, 1);
    ones = context.buffers().acquireFloats(ROWS);
    ones.write(values, 0, ROWS);
  }

  /** The kernels of a shape, from the context's cache. */
  public static BiasKernels of(KernelContext context, Key key) {
    return context.kernels(BiasKernels.class, key, () -> new BiasKernels(context, key));
  }

  /** activation = activation + bias. */
  public void forward(NativeBuffer activation, NativeBuffer bias) {
    if (forward == null) {
      forward = makeForward();
    }
    forward.execute(activation, bias, activation);
  }

  /** Gradient of the bias: the sum over batch and positions, as a product with ones. */
  public void backward(NativeBuffer gradient, NativeBuffer biasGradient) {
    if (byPixel == null) {
      byPixel = makeByPixel();
    }
    NativeBuffer pixels = byPixel.apply(context, PIXELS_SLOT, gradient);
    long start = System.nanoTime();
    long all = (long) key.batch() * key.height() * key.width();
    for (long first = 0; first < all; first += ROWS) {
      MatrixProduct.multiplyTransposed(
          ones.pointer(),
          pixels.pointer(first * key.channels()),
          first > 0,
          biasGradient.pointer(),
          1,
          key.channels(),
          Math.min(ROWS, all - first));
    }
    context.times().addSince(Activity.SUM, start);
  }

  private dnnl_memory_desc activation(Descriptors descriptors) {
    return descriptors.activation(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private Kernel makeForward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc activation = activation(descriptors);
      // The same bytes in any layout, but only in the activation's does oneDNN have a fast kernel.
      dnnl_memory_desc bias = descriptors.tensor(context.layout().tag(), 1, key.channels(), 1, 1);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a bias of " + key,
              (out, attributes) ->
                  dnnl.dnnl_binary_primitive_desc_create(
                      out,
                      context.engine(),
                      dnnl.dnnl_binary_add,
                      activation,
                      bias,
                      activation,
                      attributes));
      return new Kernel(
          context,
          Activity.SUM,
          "bias",
          descriptor,
          new Argument(dnnl.DNNL_ARG_SRC_0, activation),
          new Argument(dnnl.DNNL_ARG_SRC_1, bias),
          new Argument(dnnl.DNNL_ARG_DST, activation));
    }
  }

  private Reorder makeByPixel() {
    try (Descriptors descriptors = new Descriptors(context)) {
      return new Reorder(
          context,
          descriptors,
          activation(descriptors),
          descriptors.tensor(
              dnnl.dnnl_nhwc, key.batch(), key.channels(), key.height(), key.width()));
    }
  }

  @Override
  public void close() {
    context.buffers().release(ones);
    if (forward != null) {
      forward.close();
    }
    if (byPixel != null) {
      byPixel.close();
    }
  }
}
