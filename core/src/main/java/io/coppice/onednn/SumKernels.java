package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** Sums of two activations of one shape, with or without ReLU behind. */
public final class SumKernels implements AutoCloseable {

  /** The shape of the tensors; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel sum;
  private @Nullable Kernel sumRelu;

  private SumKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static SumKernels of(KernelContext context, Key key) {
    return context.kernels(SumKernels.class, key, () -> new SumKernels(context, key));
  }

  /** destination = left + right; the destination may be the left buffer. */
  public void sum(NativeBuffer left, NativeBuffer right, NativeBuffer destination) {
    if (sum == null) {
      sum = makeSum(false);
    }
    sum.execute(left, right, destination);
  }

  /** destination = max(0, left + right); the destination may be the left buffer. */
  public void sumRelu(NativeBuffer left, NativeBuffer right, NativeBuffer destination) {
    if (sumRelu == null) {
      sumRelu = makeSum(true);
    }
    sumRelu.execute(left, right, destination);
  }

  private dnnl_memory_desc tensor(Descriptors descriptors) {
    return descriptors.tensor(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private Kernel makeSum(boolean withRelu) {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors);
      Descriptors.Maker maker =
          (out, attributes) ->
              dnnl.dnnl_binary_primitive_desc_create(
                  out, context.engine(), dnnl.dnnl_binary_add, tensor, tensor, tensor, attributes);
      dnnl_primitive_desc descriptor =
          withRelu
              ? descriptors.primitiveWithRelu("a sum of " + key, maker)
              : descriptors.primitive("a sum of " + key, maker);
      return new Kernel(
          context,
          Activity.SUM,
          withRelu ? "sum with ReLU" : "sum",
          descriptor,
          new Argument(dnnl.DNNL_ARG_SRC_0, tensor),
          new Argument(dnnl.DNNL_ARG_SRC_1, tensor),
          new Argument(dnnl.DNNL_ARG_DST, tensor));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {sum, sumRelu}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
