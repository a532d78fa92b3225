package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Maximum or mean over windows without padding; all tensors activations {@code (batch, channels,
 * height, width)}.
 */
public final class PoolKernels implements AutoCloseable {

  /** What a window becomes. */
  public enum Kind {
    MAXIMUM,
    MEAN
  }

  /** The shape of a pool; channels rounded up to whole blocks. */
  public record Key(
      Kind kind,
      int batch,
      int channels,
      int height,
      int width,
      int windowHeight,
      int windowWidth,
      int stride) {

    int outHeight() {
      return (height - windowHeight) / stride + 1;
    }

    int outWidth() {
      return (width - windowWidth) / stride + 1;
    }
  }

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel training;
  private @Nullable Kernel inference;
  private @Nullable Kernel backward;
  private long workspaceBytes;

  private PoolKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static PoolKernels of(KernelContext context, Key key) {
    return context.kernels(PoolKernels.class, key, () -> new PoolKernels(context, key));
  }

  /** Bytes of the workspace that remembers where each maximum was; 0 for means. */
  public long workspaceBytes() {
    trainingKernel();
    return workspaceBytes;
  }

  /** Keeps what the backward pass needs in the workspace, which only maxima have. */
  public void forwardTraining(
      NativeBuffer source, NativeBuffer destination, @Nullable NativeBuffer workspace) {
    if (workspace == null) {
      trainingKernel().execute(source, destination);
    } else {
      trainingKernel().execute(source, destination, workspace);
    }
  }

  /** Keeps nothing. */
  public void forward(NativeBuffer source, NativeBuffer destination) {
    if (inference == null) {
      inference = makeForward(dnnl.dnnl_forward_inference);
    }
    inference.execute(source, destination);
  }

  /** Gradient of the source from the gradient of the destination. */
  public void backward(
      NativeBuffer destinationGradient,
      NativeBuffer sourceGradient,
      @Nullable NativeBuffer workspace) {
    if (backward == null) {
      backward = makeBackward();
    }
    if (workspace == null) {
      backward.execute(destinationGradient, sourceGradient);
    } else {
      backward.execute(destinationGradient, sourceGradient, workspace);
    }
  }

  private Kernel trainingKernel() {
    if (training == null) {
      training = makeForward(dnnl.dnnl_forward_training);
    }
    return training;
  }

  private int algorithm() {
    return key.kind() == Kind.MAXIMUM
        ? dnnl.dnnl_pooling_max
        : dnnl.dnnl_pooling_avg_exclude_padding;
  }

  private dnnl_memory_desc source(Descriptors descriptors) {
    return descriptors.tensor(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private dnnl_memory_desc destination(Descriptors descriptors) {
    return descriptors.tensor(
        context.layout().tag(), key.batch(), key.channels(), key.outHeight(), key.outWidth());
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, int propagation) {
    dnnl_memory_desc source = source(descriptors);
    dnnl_memory_desc destination = destination(descriptors);
    long[] strides = {key.stride(), key.stride()};
    long[] window = {key.windowHeight(), key.windowWidth()};
    long[] zeros = {0, 0};
    return descriptors.primitive(
        "a pool of " + key,
        (out, attributes) ->
            dnnl.dnnl_pooling_forward_primitive_desc_create(
                out,
                context.engine(),
                propagation,
                algorithm(),
                source,
                destination,
                strides,
                window,
                zeros,
                zeros,
                zeros,
                attributes));
  }

  private Kernel makeForward(int propagation) {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_primitive_desc descriptor = describeForward(descriptors, propagation);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_SRC, source(descriptors)));
      arguments.add(new Argument(dnnl.DNNL_ARG_DST, destination(descriptors)));
      if (propagation == dnnl.dnnl_forward_training && key.kind() == Kind.MAXIMUM) {
        dnnl_memory_desc workspace = Descriptors.layout(descriptor, dnnl.dnnl_query_workspace_md);
        workspaceBytes = dnnl.dnnl_memory_desc_get_size(workspace);
        arguments.add(new Argument(dnnl.DNNL_ARG_WORKSPACE, workspace));
      }
      return new Kernel(
          context,
          Activity.POOLING,
          "pool forward",
          descriptor,
          arguments.toArray(Argument[]::new));
    }
  }

  private Kernel makeBackward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_primitive_desc hint = describeForward(descriptors, dnnl.dnnl_forward_training);
      dnnl_memory_desc source = source(descriptors);
      dnnl_memory_desc destination = destination(descriptors);
      long[] strides = {key.stride(), key.stride()};
      long[] window = {key.windowHeight(), key.windowWidth()};
      long[] zeros = {0, 0};
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward pool of " + key,
              (out, attributes) ->
                  dnnl.dnnl_pooling_backward_primitive_desc_create(
                      out,
                      context.engine(),
                      algorithm(),
                      source,
                      destination,
                      strides,
                      window,
                      zeros,
                      zeros,
                      zeros,
                      hint,
                      attributes));
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_DST, destination));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_SRC, source));
      if (key.kind() == Kind.MAXIMUM) {
        arguments.add(
            new Argument(
                dnnl.DNNL_ARG_WORKSPACE,
                Descriptors.layout(descriptor, dnnl.dnnl_query_workspace_md)));
      }
      return new Kernel(
          context,
          Activity.POOLING,
          "pool backward",
          descriptor,
          arguments.toArray(Argument[]::new));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {training, inference, backward}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
