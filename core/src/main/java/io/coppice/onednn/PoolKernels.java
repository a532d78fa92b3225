package io.coppice.onednn;

import io.coppice.network.Layer.Pool.Kind;
import io.coppice.network.Window;
import io.coppice.onednn.Kernel.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Maximum or mean over windows; all tensors activations {@code (batch, channels, height, width)}.
 */
public final class PoolKernels implements AutoCloseable {

  /** The shape of a pool; channels rounded up to whole blocks. */
  public record Key(Kind kind, int batch, int channels, int height, int width, Window window) {}

  private final KernelContext context;
  private final Key key;
  private final long[] strides;
  private final long[] extents;
  private final long[] dilation = {0, 0};
  private final long[] paddingBefore;
  private final long[] paddingAfter;
  private @Nullable Kernel training;
  private @Nullable Kernel inference;
  private @Nullable Kernel backward;
  private long workspaceBytes;

  private PoolKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
    Window window = key.window();
    this.strides = new long[] {window.strideHeight(), window.strideWidth()};
    this.extents = new long[] {window.height(), window.width()};
    this.paddingBefore = new long[] {window.top(), window.left()};
    this.paddingAfter = new long[] {window.bottom(), window.right()};
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
    return switch (key.kind()) {
      case MAXIMUM -> dnnl.dnnl_pooling_max;
      case MEAN -> dnnl.dnnl_pooling_avg_exclude_padding;
      case MEAN_WITH_PADDING -> dnnl.dnnl_pooling_avg_include_padding;
    };
  }

  private dnnl_memory_desc source(Descriptors descriptors) {
    return descriptors.activation(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private dnnl_memory_desc destination(Descriptors descriptors) {
    return descriptors.activation(
        context.layout().tag(),
        key.batch(),
        key.channels(),
        key.window().outputHeight(key.height()),
        key.window().outputWidth(key.width()));
  }

  private dnnl_primitive_desc describeForward(Descriptors descriptors, int propagation) {
    dnnl_memory_desc source = source(descriptors);
    dnnl_memory_desc destination = destination(descriptors);
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
                extents,
                dilation,
                paddingBefore,
                paddingAfter,
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
                      extents,
                      dilation,
                      paddingBefore,
                      paddingAfter,
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
