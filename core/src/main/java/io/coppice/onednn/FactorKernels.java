package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Values that come from Java as a plain {@code (batch, channels, height, width)}, brought into the
 * context's layout, and products of two activations, value by value.
 */
public final class FactorKernels implements AutoCloseable {

  /** The shape of the tensors; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel arrange;
  private @Nullable Kernel product;

  private FactorKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static FactorKernels of(KernelContext context, Key key) {
    return context.kernels(FactorKernels.class, key, () -> new FactorKernels(context, key));
  }

  /** Writes plain values into an activation. */
  public void arrange(float[] plain, NativeBuffer activation) {
    if (arrange == null) {
      arrange = makeArrange();
    }
    int count = key.batch() * key.channels() * key.height() * key.width();
    NativeBuffer copy = context.buffers().acquireFloats(count);
    copy.write(plain, 0, count);
    arrange.execute(copy, activation);
    context.buffers().release(copy);
  }

  /** destination = left * right, value by value; the destination may be the left buffer. */
  public void multiply(NativeBuffer left, NativeBuffer right, NativeBuffer destination) {
    if (product == null) {
      product = makeProduct();
    }
    product.execute(left, right, destination);
  }

  private dnnl_memory_desc tensor(Descriptors descriptors, int tag) {
    return descriptors.tensor(tag, key.batch(), key.channels(), key.height(), key.width());
  }

  private Kernel makeArrange() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc plain = tensor(descriptors, dnnl.dnnl_nchw);
      dnnl_memory_desc arranged = tensor(descriptors, context.layout().tag());
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "an arrangement of " + key,
              (out, attributes) ->
                  dnnl.dnnl_reorder_primitive_desc_create(
                      out, plain, context.engine(), arranged, context.engine(), attributes));
      return new Kernel(
          context,
          Activity.REORDER,
          "arrange",
          descriptor,
          new Argument(dnnl.DNNL_ARG_FROM, plain),
          new Argument(dnnl.DNNL_ARG_TO, arranged));
    }
  }

  private Kernel makeProduct() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors, context.layout().tag());
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a product of " + key,
              (out, attributes) ->
                  dnnl.dnnl_binary_primitive_desc_create(
                      out,
                      context.engine(),
                      dnnl.dnnl_binary_mul,
                      tensor,
                      tensor,
                      tensor,
                      attributes));
      return new Kernel(
          context,
          Activity.SUM,
          "product",
          descriptor,
          new Argument(dnnl.DNNL_ARG_SRC_0, tensor),
          new Argument(dnnl.DNNL_ARG_SRC_1, tensor),
          new Argument(dnnl.DNNL_ARG_DST, tensor));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {arrange, product}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
