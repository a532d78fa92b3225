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
 * and destination {@code (batch, out)}, all plain. Images and logits are 32-bit floats, and so are
 * weights, bias and their gradients. Without a bias the buffers of the bias are not looked at.
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
   * @param logits whether the destination are logits
   */
  public record Key(
      int batch,
      int in,
      int height,
      int width,
      int out,
      boolean bias,
      boolean image,
      boolean logits) {

    boolean hasOnePosition() {
      return height == 1 && width == 1;
    }

    /** Floats of the plain weights. */
    public long weightCount() {
      return (long) out * in * height * width;
    }
  }

  private static final int SOURCE_SLOT = 0;
  private static final int WEIGHTS_SLOT = 1;
  private static final int DESTINATION_SLOT = 2;

  /** A kernel, and the copies of its tensors between its layout and precision and ours. */
  private record Pass(Kernel kernel, Reorder source, Reorder weights, Reorder destination)
      implements AutoCloseable {
    @Override
    public void close() {
      kernel.close();
      source.close();
      weights.close();
      destination.close();
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
    NativeBuffer from = forward.source().apply(context, SOURCE_SLOT, source);
    NativeBuffer ordered = forward.weights().apply(context, WEIGHTS_SLOT, weights);
    if (bias == null) {
      forward.kernel().execute(from, ordered, destination);
    } else {
      forward.kernel().execute(from, ordered, destination, bias);
    }
  }

  public void backwardData(
      NativeBuffer destinationGradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    if (backwardData == null) {
      backwardData = makeBackwardData();
    }
    NativeBuffer to =
        backwardData.destination().apply(context, DESTINATION_SLOT, destinationGradient);
    NativeBuffer ordered = backwardData.weights().apply(context, WEIGHTS_SLOT, weights);
    backwardData.kernel().execute(to, ordered, sourceGradient);
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
    NativeBuffer from = backwardWeights.source().apply(context, SOURCE_SLOT, source);
    NativeBuffer to =
        backwardWeights.destination().apply(context, DESTINATION_SLOT, destinationGradient);
    Reorder result = backwardWeights.weights();
    NativeBuffer ordered = result.origin(context, WEIGHTS_SLOT, weightsGradient);
    if (biasGradient == null) {
      backwardWeights.kernel().execute(from, to, ordered);
    } else {
      backwardWeights.kernel().execute(from, to, ordered, biasGradient);
    }
    result.deliver(ordered, weightsGradient);
  }

  /** The four tensors as a kernel reads and writes them; that of the weights may be open. */
  private record Tensors(
      dnnl_memory_desc source,
      dnnl_memory_desc weights,
      @Nullable dnnl_memory_desc bias,
      dnnl_memory_desc destination) {}

  private Tensors tensors(Descriptors descriptors, Precision ofWeights, Precision ofDestination) {
    return new Tensors(
        source(descriptors, context.precision()),
        key.hasOnePosition()
            ? descriptors.tensor(ofWeights, dnnl.dnnl_ab, key.out(), key.in())
            : descriptors.tensor(
                ofWeights,
                dnnl.dnnl_format_tag_any,
                key.out(),
                key.in(),
                key.height(),
                key.width()),
        key.bias() ? descriptors.tensor(dnnl.dnnl_a, key.out()) : null,
        destination(descriptors, ofDestination));
  }

  private dnnl_memory_desc source(Descriptors descriptors, Precision precision) {
    if (key.hasOnePosition()) {
      return descriptors.tensor(precision, dnnl.dnnl_ab, key.batch(), key.in());
    }
    int tag = key.image() ? dnnl.dnnl_nchw : context.layout().tag();
    return descriptors.tensor(precision, tag, key.batch(), key.in(), key.height(), key.width());
  }

  private dnnl_memory_desc destination(Descriptors descriptors, Precision precision) {
    return descriptors.tensor(precision, dnnl.dnnl_ab, key.batch(), key.out());
  }

  /** Copies the source as it comes into what a kernel reads. */
  private Reorder sourceCopy(Descriptors descriptors, Tensors read) {
    Precision comes = key.image() ? Precision.FLOAT32 : context.precision();
    return new Reorder(context, descriptors, source(descriptors, comes), read.source());
  }

  private Precision destinationPrecision() {
    return key.logits() ? Precision.FLOAT32 : context.precision();
  }

  /** Copies the destination's gradient as it comes into what a kernel reads. */
  private Reorder destinationCopy(Descriptors descriptors, Tensors read) {
    return new Reorder(
        context, descriptors, destination(descriptors, destinationPrecision()), read.destination());
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
      Tensors tensors = tensors(descriptors, context.precision(), destinationPrecision());
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
          sourceCopy(descriptors, tensors),
          new Reorder(context, descriptors, plainWeights(descriptors), weights),
          destinationCopy(descriptors, tensors));
    }
  }

  private Pass makeBackwardData() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors tensors = tensors(descriptors, context.precision(), context.precision());
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
          sourceCopy(descriptors, tensors),
          new Reorder(context, descriptors, plainWeights(descriptors), weights),
          destinationCopy(descriptors, tensors));
    }
  }

  private Pass makeBackwardWeights() {
    try (Descriptors descriptors = new Descriptors(context)) {
      Tensors read = tensors(descriptors, context.precision(), context.precision());
      Tensors tensors = tensors(descriptors, Precision.FLOAT32, context.precision());
      dnnl_primitive_desc hint = describeForward(descriptors, read);
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
          sourceCopy(descriptors, tensors),
          new Reorder(context, descriptors, weights, plainWeights(descriptors)),
          destinationCopy(descriptors, tensors));
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
