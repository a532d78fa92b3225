package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** Sums of two activations of one shape, with or without ReLU behind, and ReLU alone. */
public final class SumKernels implements AutoCloseable {

  /** The shape of the tensors; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel sum;
  private @Nullable Kernel sumRelu;
  private @Nullable Kernel relu;
  private @Nullable Kernel reluBackward;

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

  /** destination = max(0, source); both may be one buffer. */
  public void relu(NativeBuffer source, NativeBuffer destination) {
    if (relu == null) {
      relu = makeRelu();
    }
    relu.execute(source, destination);
  }

  /** Gradient of ReLU's input from its output; both gradients may be one buffer. */
  public void reluBackward(
      NativeBuffer output, NativeBuffer outputGradient, NativeBuffer inputGradient) {
    if (reluBackward == null) {
      reluBackward = makeReluBackward();
    }
    reluBackward.execute(output, outputGradient, inputGradient);
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

  private dnnl_primitive_desc describeRelu(Descriptors descriptors, dnnl_memory_desc tensor) {
    return descriptors.primitive(
        "a ReLU of " + key,
        (out, attributes) ->
            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_forward_training,
                dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
                tensor,
                tensor,
                0,
                0,
                attributes));
  }

  private Kernel makeRelu() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors);
      return new Kernel(
          context,
          Activity.SUM,
          "ReLU forward",
          describeRelu(descriptors, tensor),
          new Argument(dnnl.DNNL_ARG_SRC, tensor),
          new Argument(dnnl.DNNL_ARG_DST, tensor));
    }
  }

  private Kernel makeReluBackward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors);
      dnnl_primitive_desc hint = describeRelu(descriptors, tensor);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward ReLU of " + key,
              (out, attributes) ->
                  dnnl.dnnl_eltwise_backward_primitive_desc_create(
                      out,
                      context.engine(),
                      dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
                      tensor,
                      tensor,
                      tensor,
                      0,
                      0,
                      hint,
                      attributes));
      return new Kernel(
          context,
          Activity.SUM,
          "ReLU backward",
          descriptor,
          new Argument(dnnl.DNNL_ARG_DST, tensor),
          new Argument(dnnl.DNNL_ARG_DIFF_DST, tensor),
          new Argument(dnnl.DNNL_ARG_DIFF_SRC, tensor));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {sum, sumRelu, relu, reluBackward}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
