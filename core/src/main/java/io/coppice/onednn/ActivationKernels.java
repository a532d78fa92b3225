package io.coppice.onednn;

import io.coppice.network.Layer.Activation.Function;
import io.coppice.network.Layer.Activation.Kind;
import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** A function of every value of an activation {@code (batch, channels, height, width)}. */
public final class ActivationKernels implements AutoCloseable {

  private static final float LARGEST_OF_RELU6 = 6;

  /** The shape of the tensors and the function; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width, Function function) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel forward;
  private @Nullable Kernel backward;

  private ActivationKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static ActivationKernels of(KernelContext context, Key key) {
    return context.kernels(ActivationKernels.class, key, () -> new ActivationKernels(context, key));
  }

  /** destination = f(source); both may be one buffer. */
  public void forward(NativeBuffer source, NativeBuffer destination) {
    if (forward == null) {
      forward = makeForward();
    }
    forward.execute(source, destination);
  }

  /** Gradient of the function's input from its output; both gradients may be one buffer. */
  public void backward(
      NativeBuffer output, NativeBuffer outputGradient, NativeBuffer inputGradient) {
    if (backward == null) {
      backward = makeBackward();
    }
    backward.execute(output, outputGradient, inputGradient);
  }

  private dnnl_memory_desc tensor(Descriptors descriptors) {
    return descriptors.activation(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private int algorithm() {
    return key.function().kind() == Kind.RELU6
        ? dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd
        : dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
  }

  private float alpha() {
    return key.function().slope();
  }

  private float beta() {
    return key.function().kind() == Kind.RELU6 ? LARGEST_OF_RELU6 : 0;
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, dnnl_memory_desc tensor) {
    return descriptors.primitive(
        "an activation of " + key,
        (out, attributes) ->
            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_forward_training,
                algorithm(),
                tensor,
                tensor,
                alpha(),
                beta(),
                attributes));
  }

  private Kernel makeForward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors);
      return new Kernel(
          context,
          Activity.SUM,
          "activation forward",
          describeForward(descriptors, tensor),
          new Argument(dnnl.DNNL_ARG_SRC, tensor),
          new Argument(dnnl.DNNL_ARG_DST, tensor));
    }
  }

  private Kernel makeBackward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc tensor = tensor(descriptors);
      dnnl_primitive_desc hint = describeForward(descriptors, tensor);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward activation of " + key,
              (out, attributes) ->
                  dnnl.dnnl_eltwise_backward_primitive_desc_create(
                      out,
                      context.engine(),
                      algorithm(),
                      tensor,
                      tensor,
                      tensor,
                      alpha(),
                      beta(),
                      hint,
                      attributes));
      return new Kernel(
          context,
          Activity.SUM,
          "activation backward",
          descriptor,
          new Argument(dnnl.DNNL_ARG_DST, tensor),
          new Argument(dnnl.DNNL_ARG_DIFF_DST, tensor),
          new Argument(dnnl.DNNL_ARG_DIFF_SRC, tensor));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {forward, backward}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
