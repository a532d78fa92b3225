package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A full connection with bias: source {@code (batch, in)}, weights {@code (out, in)}, bias {@code
 * (out)}, destination {@code (batch, out)}, all plain. An activation with one position a channel
 * has the source's layout.
 */
public final class LinearKernels implements AutoCloseable {

  /** The shape of a linear layer; {@code in} rounded up to whole blocks. */
  public record Key(int batch, int in, int out) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel forward;
  private @Nullable Kernel backwardData;
  private @Nullable Kernel backwardWeights;

  private LinearKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static LinearKernels of(KernelContext context, Key key) {
    return context.kernels(LinearKernels.class, key, () -> new LinearKernels(context, key));
  }

  public void forward(
      NativeBuffer source, NativeBuffer weights, NativeBuffer bias, NativeBuffer destination) {
    if (forward == null) {
      forward = makeForward();
    }
    forward.execute(source, weights, bias, destination);
  }

  public void backwardData(
      NativeBuffer destinationGradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (backwardData == null) {
      backwardData = makeBackwardData();
    }
    backwardData.execute(destinationGradient, weights, sourceGradient);
  }

  /** Gradients of weights and bias, summed over the batch. */
  public void backwardWeights(
      NativeBuffer source,
      NativeBuffer destinationGradient,
      NativeBuffer weightsGradient,
      NativeBuffer biasGradient) {
    if (backwardWeights == null) {
      backwardWeights = makeBackwardWeights();
    }
    backwardWeights.execute(source, destinationGradient, weightsGradient, biasGradient);
  }

  /** The four tensors' layouts. */
  private record Tensors(
      dnnl_memory_desc source,
      dnnl_memory_desc weights,
      dnnl_memory_desc bias,
      dnnl_memory_desc destination) {}

  private Tensors tensors(Descriptors descriptors) {
    return new Tensors(
        descriptors.tensor(dnnl.dnnl_ab, key.batch(), key.in()),
        descriptors.tensor(dnnl.dnnl_ab, key.out(), key.in()),
        descriptors.tensor(dnnl.dnnl_a, key.out()),
        descriptors.tensor(dnnl.dnnl_ab, key.batch(), key.out()));
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, Tensors tensors) {
    return descriptors.primitive(
        "a linear layer of " + key,
        (out, attributes) ->
            dnnl.dnnl_inner_product_forward_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_forward_training,
                tensors.source(),
                tensors.weights(),
                tensors.bias(),
                tensors.destination(),
                attributes));
  }

  private Kernel makeForward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors tensors = tensors(descriptors);
      return new Kernel(
          context,
          Activity.CLASSIFIER,
          "linear forward",
          describeForward(descriptors, tensors),
          new Argument(dnnl.DNNL_ARG_SRC, tensors.source()),
          new Argument(dnnl.DNNL_ARG_WEIGHTS, tensors.weights()),
          new Argument(dnnl.DNNL_ARG_BIAS, tensors.bias()),
          new Argument(dnnl.DNNL_ARG_DST, tensors.destination()));
    }
  }

  private Kernel makeBackwardData() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors tensors = tensors(descriptors);
      dnnl_primitive_desc hint = describeForward(descriptors, tensors);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward linear layer by data of " + key,
              (out, attributes) ->
                  dnnl.dnnl_inner_product_backward_data_primitive_desc_create(
                      out,
                      context.engine(),
                      tensors.source(),
                      tensors.weights(),
                      tensors.destination(),
                      hint,
                      attributes));
      return new Kernel(
          context,
          Activity.CLASSIFIER,
          "linear backward by data",
          descriptor,
          new Argument(dnnl.DNNL_ARG_DIFF_DST, tensors.destination()),
          new Argument(dnnl.DNNL_ARG_WEIGHTS, tensors.weights()),
          new Argument(dnnl.DNNL_ARG_DIFF_SRC, tensors.source()));
    }
  }

  private Kernel makeBackwardWeights() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors tensors = tensors(descriptors);
      dnnl_primitive_desc hint = describeForward(descriptors, tensors);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward linear layer by weights of " + key,
              (out, attributes) ->
                  dnnl.dnnl_inner_product_backward_weights_primitive_desc_create(
                      out,
                      context.engine(),
                      tensors.source(),
                      tensors.weights(),
                      tensors.bias(),
                      tensors.destination(),
                      hint,
                      attributes));
      return new Kernel(
          context,
          Activity.CLASSIFIER,
          "linear backward by weights",
          descriptor,
          new Argument(dnnl.DNNL_ARG_SRC, tensors.source()),
          new Argument(dnnl.DNNL_ARG_DIFF_DST, tensors.destination()),
          new Argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, tensors.weights()),
          new Argument(dnnl.DNNL_ARG_DIFF_BIAS, tensors.bias()));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {forward, backwardData, backwardWeights}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
