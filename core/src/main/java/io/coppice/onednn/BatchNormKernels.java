package io.coppice.onednn;

import io.coppice.onednn.Kernel.Argument;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm over {@code (batch, height, width)}, fused with ReLU where asked for: scale, shift,
 * mean and (biased) variance are {@code (channels)}, all others activations {@code (batch,
 * channels, height, width)}.
 */
public final class BatchNormKernels implements AutoCloseable {

  /** The shape of a batch norm; channels rounded up to whole blocks. */
  public record Key(int batch, int channels, int height, int width, boolean relu, float epsilon) {}

  private final KernelContext context;
  private final Key key;
  private @Nullable Kernel training;
  private @Nullable Kernel backward;
  private @Nullable Kernel batchStatistics;
  private @Nullable Kernel runningStatistics;
  private long workspaceBytes;

  private BatchNormKernels(KernelContext context, Key key) {
    this.context = context;
    this.key = key;
  }

  /** The kernels of a shape, from the context's cache. */
  public static BatchNormKernels of(KernelContext context, Key key) {
    return context.kernels(BatchNormKernels.class, key, () -> new BatchNormKernels(context, key));
  }

  /**
   * Bytes of the workspace that carries ReLU's signs from the forward to the backward pass; 0
   * without ReLU.
   */
  public long workspaceBytes() {
    trainingKernel();
    return workspaceBytes;
  }

  /**
   * Normalises by the minibatch's statistics and keeps what the backward pass needs; the workspace
   * is needed for ReLU.
   */
  public void forwardTraining(
      NativeBuffer source,
      NativeBuffer destination,
      NativeBuffer scale,
      NativeBuffer shift,
      NativeBuffer mean,
      NativeBuffer variance,
      @Nullable NativeBuffer workspace) {
    Kernel kernel = trainingKernel();
    if (workspace == null) {
      kernel.execute(source, destination, scale, shift, mean, variance);
    } else {
      kernel.execute(source, destination, scale, shift, mean, variance, workspace);
    }
  }

  /**
   * Normalises by the minibatch's statistics and keeps nothing; source and destination may be one
   * buffer.
   */
  public void forwardBatchStatistics(
      NativeBuffer source, NativeBuffer destination, NativeBuffer scale, NativeBuffer shift) {
    if (batchStatistics == null) {
      batchStatistics =
          makeForward("batch norm forward by batch statistics", dnnl.dnnl_forward_inference, 0);
    }
    batchStatistics.execute(source, destination, scale, shift);
  }

  /** Normalises by the given statistics; source and destination may be one buffer. */
  public void forwardRunningStatistics(
      NativeBuffer source,
      NativeBuffer destination,
      NativeBuffer scale,
      NativeBuffer shift,
      NativeBuffer mean,
      NativeBuffer variance) {
    if (runningStatistics == null) {
      runningStatistics =
          makeForward(
              "batch norm forward by running statistics",
              dnnl.dnnl_forward_inference,
              dnnl.dnnl_use_global_stats);
    }
    runningStatistics.execute(source, destination, scale, shift, mean, variance);
  }

  /**
   * Gradients of source, scale and shift; the gradients of source and destination may be one
   * buffer.
   */
  public void backward(
      NativeBuffer source,
      NativeBuffer destinationGradient,
      NativeBuffer scale,
      NativeBuffer mean,
      NativeBuffer variance,
      NativeBuffer sourceGradient,
      NativeBuffer scaleGradient,
      NativeBuffer shiftGradient,
      @Nullable NativeBuffer workspace) {
    if (backward == null) {
      backward = makeBackward();
    }
    if (workspace == null) {
      backward.execute(
          source,
          destinationGradient,
          scale,
          mean,
          variance,
          sourceGradient,
          scaleGradient,
          shiftGradient);
    } else {
      backward.execute(
          source,
          destinationGradient,
          scale,
          mean,
          variance,
          sourceGradient,
          scaleGradient,
          shiftGradient,
          workspace);
    }
  }

  private Kernel trainingKernel() {
    if (training == null) {
      training = makeForward("batch norm forward", dnnl.dnnl_forward_training, 0);
    }
    return training;
  }

  private int flags() {
    return dnnl.dnnl_use_scale | dnnl.dnnl_use_shift | (key.relu() ? dnnl.dnnl_fuse_norm_relu : 0);
  }

  private dnnl_memory_desc activations(Descriptors descriptors) {
    return descriptors.activation(
        context.layout().tag(), key.batch(), key.channels(), key.height(), key.width());
  }

  private dnnl_primitive_desc describeForward(
      Descriptors descriptors, int propagation, int extraFlags) {
    dnnl_memory_desc activations = activations(descriptors);
    return descriptors.primitive(
        "a batch norm of " + key,
        (out, attributes) ->
            dnnl.dnnl_batch_normalization_forward_primitive_desc_create(
                out,
                context.engine(),
                propagation,
                activations,
                activations,
                key.epsilon(),
                flags() | extraFlags,
                attributes));
  }

  private Kernel makeForward(String name, int propagation, int extraFlags) {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc activations = activations(descriptors);
      dnnl_memory_desc perChannel = descriptors.tensor(dnnl.dnnl_a, key.channels());
      dnnl_primitive_desc descriptor = describeForward(descriptors, propagation, extraFlags);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_SRC, activations));
      arguments.add(new Argument(dnnl.DNNL_ARG_DST, activations));
      arguments.add(new Argument(dnnl.DNNL_ARG_SCALE, perChannel));
      arguments.add(new Argument(dnnl.DNNL_ARG_SHIFT, perChannel));
      if (propagation == dnnl.dnnl_forward_training || extraFlags != 0) {
        arguments.add(new Argument(dnnl.DNNL_ARG_MEAN, perChannel));
        arguments.add(new Argument(dnnl.DNNL_ARG_VARIANCE, perChannel));
      }
      if (propagation == dnnl.dnnl_forward_training && key.relu()) {
        dnnl_memory_desc workspace = Descriptors.layout(descriptor, dnnl.dnnl_query_workspace_md);
        workspaceBytes = dnnl.dnnl_memory_desc_get_size(workspace);
        arguments.add(new Argument(dnnl.DNNL_ARG_WORKSPACE, workspace));
      }
      return new Kernel(
          context, Activity.NORM_FORWARD, name, descriptor, arguments.toArray(Argument[]::new));
    }
  }

  private Kernel makeBackward() {
    try (Descriptors descriptors = new Descriptors(context)) {
      dnnl_memory_desc activations = activations(descriptors);
      dnnl_memory_desc perChannel = descriptors.tensor(dnnl.dnnl_a, key.channels());
      dnnl_primitive_desc hint = describeForward(descriptors, dnnl.dnnl_forward_training, 0);
      dnnl_primitive_desc descriptor =
          descriptors.primitive(
              "a backward batch norm of " + key,
              (out, attributes) ->
                  dnnl.dnnl_batch_normalization_backward_primitive_desc_create(
                      out,
                      context.engine(),
                      dnnl.dnnl_backward,
                      activations,
                      activations,
                      activations,
                      key.epsilon(),
                      flags(),
                      hint,
                      attributes));
      List<Argument> arguments = new ArrayList<>();
      arguments.add(new Argument(dnnl.DNNL_ARG_SRC, activations));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_DST, activations));
      arguments.add(new Argument(dnnl.DNNL_ARG_SCALE, perChannel));
      arguments.add(new Argument(dnnl.DNNL_ARG_MEAN, perChannel));
      arguments.add(new Argument(dnnl.DNNL_ARG_VARIANCE, perChannel));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_SRC, activations));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_SCALE, perChannel));
      arguments.add(new Argument(dnnl.DNNL_ARG_DIFF_SHIFT, perChannel));
      if (key.relu()) {
        arguments.add(
            new Argument(
                dnnl.DNNL_ARG_WORKSPACE,
                Descriptors.layout(descriptor, dnnl.dnnl_query_workspace_md)));
      }
      return new Kernel(
          context,
          Activity.NORM_BACKWARD,
          "batch norm backward",
          descriptor,
          arguments.toArray(Argument[]::new));
    }
  }

  @Override
  public void close() {
    for (Kernel kernel : new Kernel[] {training, backward, batchStatistics, runningStatistics}) {
      if (kernel != null) {
        kernel.close();
      }
    }
  }
}
