package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/** Logarithms of the class probabilities of logits {@code (batch, classes)}, plain. */
public final class LogSoftmaxKernels implements AutoCloseable {

  private static final int CLASS_AXIS = 1;

  /** The shape of the logits. */
  public record Key(int batch, int classes) {}

  private final KernelContext context;
  private final Key key;
  private final Kernel forward;
  private @Nullable Kernel backward;

  private LogSoftmaxKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc logits = logits(descriptors);
      forward =
          new Kernel(
              context,
              Activity.CLASSIFIER,
              "log softmax forward",
              describeForward(descriptors, logits),
              new Argument(dnnl.DNNL_ARG_SRC, logits),
              new Argument(dnnl.DNNL_ARG_DST, logits));
    }
  }

  /** The kernels of a shape, from the context's cache. */
  public static LogSoftmaxKernels of(KernelContext context, Key key) {
    return context.kernels(LogSoftmaxKernels.class, key, () -> new LogSoftmaxKernels(context, key));
  }

  public void forward(NativeBuffer logits, NativeBuffer logProbabilities) {
    forward.execute(logits, logProbabilities);
  }

  /** Gradient of the logits from the gradient of the log-probabilities. */
  public void backward(
      NativeBuffer logProbabilities,
      NativeBuffer logProbabilitiesGradient,
      NativeBuffer logitsGradient) {
    if (backward == null) {
      backward = makeBackward();
    }
    backward.execute(logProbabilities, logProbabilitiesGradient, logitsGradient);
  }

  private dnnl_memory_desc logits(Descriptors descriptors) {
    return descriptors.tensor(dnnl.dnnl_ab, key.batch(), key.classes());
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, dnnl_memory_desc logits) {
    return descriptors.primitive(
        "a log softmax of " + key,
        (out, attributes) ->
            dnnl.dnnl_softmax_forward_primitive_desc_create(
                out,
                context.engine(),
                dnnl.dnnl_forward_training,
                dnnl.dnnl_softmax_log,
                logits,
                logits,
                CLASS_AXIS,
                attributes));
  }

  private Kernel makeBackward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc logits = logits(descriptors);
      dnnl_primitive_desc hint = describeForward(descriptors, logits);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward log softmax of " + key,
              (out, attributes) ->
                  dnnl.dnnl_softmax_backward_primitive_desc_create(
                      out,
                      context.engine(),
                      dnnl.dnnl_softmax_log,
                      logits,
                      logits,
                      logits,
                      CLASS_AXIS,
                      hint,
                      attributes));
      return new Kernel(
          context,
          Activity.CLASSIFIER,
          "log softmax backward",
          descriptor,
          new Argument(dnnl.DNNL_ARG_DST, logits),
          new Argument(dnnl.DNNL_ARG_DIFF_DST, logits),
          new Argument(dnnl.DNNL_ARG_DIFF_SRC, logits));
    }
  }

  @Override
  public void close() {
    forward.close();
    if (backward != null) {
      backward.close();
    }
  }
}
