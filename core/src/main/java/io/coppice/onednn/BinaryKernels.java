package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Sums, with or without ReLU behind, and products of two activations of one shape, value by value.
 */
public final class BinaryKernels implements AutoCloseable {

  /** The shape of the tensors; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel sum;
  private @Nullable Kernel sumRelu;
  private @Nullable Kernel product;

  private BinaryKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static BinaryKernels of(KernelContext context, Key key) {
    return context.kernels(BinaryKernels.class, key, () -> new BinaryKernels(context, key));
  }

  /** destination = left + right; the destination may be the left buffer. */
  public void sum(NativeBuffer left, NativeBuffer right, NativeBuffer destination) {
    if (sum == null) {
      sum = make("sum", dnnl.dnnl_binary_add, false, context.precision());
    }
    sum.execute(left, right, destination);
  }

  /** destination = max(0, left + right); the destination may be the left buffer. */
  public void sumRelu(NativeBuffer left, NativeBuffer right, NativeBuffer destination) {
    if (sumRelu == null) {
      sumRelu = make("sum with ReLU", dnnl.dnnl_binary_add, true, context.precision());
    }
    sumRelu.execute(left, right, destination);
  }

  /**
   * destination = left * factors; the destination may be the left buffer.
   *
   * @param factors 32-bit floats
   */
  public void product(NativeBuffer left, NativeBuffer factors, NativeBuffer destination) {
    if (product == null) {
      product = make("product", dnnl.dnnl_binary_mul, false, Precision.FLOAT32);
    }
    product.execute(left, factors, destination);
  }

  private Kernel make(String name, int algorithm, boolean withRelu, Precision ofRight) {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors, context.precision());
      dnnl_memory_desc right = tensor(descriptors, ofRight);
      Descriptors.Maker maker =
          (out, attributes) ->
              dnnl.dnnl_binary_primitive_desc_create(
                  out, context.engine(), algorithm, tensor, right, tensor, attributes);
      String what = "a " + name + " of " + key;
      dnnl_primitive_desc descriptor =
          withRelu
              ? descriptors.primitiveWithRelu(what, maker)
              : descriptors.primitive(what, maker);
      return new Kernel(
          context,
          Activity.SUM,
          name,
          descriptor,
          new Argument(dnnl.DNNL_ARG_SRC_0, tensor),
          new Argument(dnnl.DNNL_ARG_SRC_1, right),
          new Argument(dnnl.DNNL_ARG_DST, tensor));
    }
  }

  private dnnl_memory_desc tensor(Descriptors descriptors, Precision precision) {
    return descriptors.tensor(
        precision, context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {sum, sumRelu, product}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
