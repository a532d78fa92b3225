package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A full connection: source {@code (batch, in, height, width)} as the context says, or plain where
 * it is the image or has one position; weights {@code (out, in, height, width)}, bias {@code (out)}
 * and destination {@code (batch, out)}, all plain. Without a bias the buffers of the bias are not
 * looked at.
 */
public final class LinearKernels implements AutoCloseable {

  /**
   * The shape of a linear layer.
   *
   * @param batch images
   * @param in input channels, rounded up to whole blocks unless {@code image}
   * @param height rows of the source
   * @param width columns of the source
   * @param out outputs, rounded up to whole blocks unless they are the logits
   * @param bias whether there is one
   * @param image whether the source is the plain image
   */
  public record Key(
      int batch, int in, int height, int width, int out, boolean bias, boolean image) {

    boolean hasOnePosition() {
      return height == 1 && width == 1;
    }

    /** Floats of the plain weights. */
    public long weightCount() {
      return (long) out * in * height * width;
    }
  }

  private static final int WEIGHTS_SLOT = 1;

  /** A kernel, and the copy of the weights, or of their gradient, between its layout and ours. */
  private record Pass(Kernel kernel, Reorder weights) implements AutoCloseable {
    @Override
    public void close() {
      kernel.close();
      weights.close();
    }
  }

  private final KernelContext context;
  private final Key key;
  private @Nullable Pass forward;
  private @Nullable Pass backwardData;
  private @Nullable Pass backwardWeights;

  private LinearKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static LinearKernels of(KernelContext context, Key key) {
    return context.kernels(LinearKernels.class, key, () -> new LinearKernels(context, key));
  }

  public void forward(
      NativeBuffer source,
      NativeBuffer weights,
      @Nullable NativeBuffer bias,
      NativeBuffer destination) {
    if (forward == null) {
      forward = makeForward();
    }
    NativeBuffer ordered = forward.weights().apply(context, WEIGHTS_SLOT, weights);
    if (bias == null) {
      forward.kernel().execute(source, ordered, destination);
    } else {
      forward.kernel().execute(source, ordered, destination, bias);
    }
  }

  public void backwardData(
      NativeBuffer destinationGradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (backwardData == null) {
      backwardData = makeBackwardData();
    }
    NativeBuffer ordered = backwardData.weights().apply(context, WEIGHTS_SLOT, weights);
    backwardData.kernel().execute(destinationGradient, ordered, sourceGradient);
  }

  /** Gradients of weights and bias, summed over the batch. */
  public void backwardWeights(
      NativeBuffer source,
      NativeBuffer destinationGradient,
      NativeBuffer weightsGradient,
      @Nullable NativeBuffer biasGradient) {
    if (backwardWeights == null) {
      backwardWeights = makeBackwardWeights();
    }
    Reorder result = backwardWeights.weights();
    NativeBuffer ordered = result.origin(context, WEIGHTS_SLOT, weightsGradient);
    if (biasGradient == null) {
      backwardWeights.kernel().execute(source, destinationGradient, ordered);
    } else {
      backwardWeights.kernel().execute(source, destinationGradient, ordered, biasGradient);
    }
    result.deliver(ordered, weightsGradient);
  }

  /** The four tensors' layouts; where the kernel may choose, that of the weights is open. */
  private record Tensors(
      dnnl_memory_desc source,
      dnnl_memory_desc weights,
      @Nullable dnnl_memory_desc bias,
      dnnl_memory_desc destination) {}

  private Tensors tensors(Descriptors descriptors) {
    dnnl_memory_desc bias = key.bias() ? descriptors.tensor(dnnl.dnnl_a, key.out()) : null;
    dnnl_memory_desc destination = descriptors.tensor(dnnl.dnnl_ab, key.batch(), key.out());
    if (key.hasOnePosition()) {
      return new Tensors(
          descriptors.tensor(dnnl.dnnl_ab, key.batch(), key.in()),
          plainWeights(descriptors),
          bias,
          destination);
    }
    int tag = key.image() ? dnnl.dnnl_nchw : context.layout().tag();
    return new Tensors(
        descriptors.tensor(tag, key.batch(), key.in(), key.height(), key.width()),
        descriptors.tensor(
            dnnl.dnnl_format_tag_any, key.out(), key.in(), key.height(), key.width()),
        bias,
        destination);
  }

  private dnnl_memory_desc plainWeights(Descriptors descriptors) {
    return key.hasOnePosition()
        ? descriptors.tensor(dnnl.dnnl_ab, key.out(), key.in())
        : descriptors.tensor(dnnl.dnnl_oihw, key.out(), key.in(), key.height(), key.width());
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

  private Pass makeForward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors tensors = tensors(descriptors);
      dnnl_primitive_desc descriptor = describeForward(descriptors, tensors);
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_weights_md);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_SRC, tensors.source()));
      arguments.add(new Argument(dnnl.DNNL_ARG_WEIGHTS, weights));
      arguments.add(new Argument(dnnl.DNNL_ARG_DST, tensors.destination()));
      if (tensors.bias() != null) {
        arguments.add(new Argument(dnnl.DNNL_ARG_BIAS, tensors.bias()));
      }
      return new Pass(
          kernel("linear forward", descriptor, arguments),
          new Reorder(context, descriptors, plainWeights(descriptors), weights));
    }
  }

  private Pass makeBackwardData() {
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
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_weights_md);
      return new Pass(
          kernel(
              "linear backward by data",
              descriptor,
              List.of(
                  new Argument(dnnl.DNNL_ARG_DIFF_DST, tensors.destination()),
                  new Argument(dnnl.DNNL_ARG_WEIGHTS, weights),
                  new Argument(dnnl.DNNL_ARG_DIFF_SRC, tensors.source()))),
          new Reorder(context, descriptors, plainWeights(descriptors), weights));
    }
  }

  private Pass makeBackwardWeights() {
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
      dnnl_memory_desc weights = Descriptors.layout(descriptor, dnnl.dnnl_query_diff_weights_md);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_SRC, tensors.source()));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_DST, tensors.destination()));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, weights));
      if (tensors.bias() != null) {
        arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_BIAS, tensors.bias()));
      }
      return new Pass(
          kernel("linear backward by weights", descriptor, arguments),
          new Reorder(context, descriptors, weights, plainWeights(descriptors)));
    }
  }

  private Kernel kernel(String name, dnnl_primitive_desc descriptor, List<Argument> arguments) {
    return new Kernel(
        context, Activity.CLASSIFIER, name, descriptor, arguments.toArray(Argument[]::new));
  }

  @Override
  public void close() {
    for (Pass pass : new Pass[] {forward, backwardData, backwardWeights}) {
      if (pass != null) {
        pass.close();
      }
    }
  }
}
