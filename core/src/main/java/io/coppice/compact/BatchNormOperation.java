package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.onednn.BatchNormKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import org.jspecify.annotations.Nullable;

/** Batch norm, with ReLU behind it where the layer says so. */
final class BatchNormOperation implements NodeOperation {

  /** Variance of an added channel, whose values are all 0 anyway. */
  private static final float UNIT_VARIANCE = 1;

  private final KernelContext context;
  private final Node node;
  private final Layer.BatchNorm layer;
  private final int batch;

  BatchNormOperation(KernelContext context, Node node, Layer.BatchNorm layer, int batch) {
    this.context = context;
    this.node = node;
    this.layer = layer;
    this.batch = batch;
  }

  private BatchNormKernels kernels(StepTensors tensors) {
    return BatchNormKernels.of(
        context,
        new BatchNormKernels.Key(
            batch,
            tensors.stored(node.index()),
            node.shape().height(),
            node.shape().width(),
            layer.relu(),
            layer.epsilon()));
  }

  @Override
  public void forward(StepTensors tensors) {
    int index = node.index();
    BatchNormKernels kernels = kernels(tensors);
    NativeBuffer source = tensors.output(node.input());
    NativeBuffer destination = tensors.makeOutputOver(index, node.input(), batch);
    NativeBuffer scale = tensors.loadVector(index, Kind.SCALE);
    NativeBuffer shift = tensors.loadVector(index, Kind.SHIFT);
    switch (tensors.mode()) {
      case TRAINING -> {
        NativeBuffer mean = tensors.makeVector(index, Kind.MEAN);
        NativeBuffer variance = tensors.makeVector(index, Kind.VARIANCE);
        NativeBuffer workspace = tensors.makeWorkspace(index, kernels.workspaceBytes());
        kernels.forwardTraining(source, destination, scale, shift, mean, variance, workspace);
        tensors.storeStatistics(index);
      }
      case BATCH_STATISTICS -> kernels.forwardBatchStatistics(source, destination, scale, shift);
      case RUNNING_STATISTICS -> {
        NativeBuffer mean = tensors.loadStatistics(index, Kind.MEAN, 0);
        NativeBuffer variance = tensors.loadStatistics(index, Kind.VARIANCE, UNIT_VARIANCE);
        kernels.forwardRunningStatistics(source, destination, scale, shift, mean, variance);
      }
    }
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    int index = node.index();
    NativeBuffer outputGradient = gradients.of(index);
    NativeBuffer inputGradient = gradients.takeOrAcquire(index);
    NativeBuffer scaleGradient = tensors.pool().acquireFloats(tensors.stored(index));
    NativeBuffer shiftGradient = tensors.pool().acquireFloats(tensors.stored(index));
    @Nullable NativeBuffer workspace = tensors.workspace(index);
    kernels(tensors)
        .backward(
            tensors.output(node.input()),
            outputGradient,
            tensors.tensor(index, Kind.SCALE),
            tensors.tensor(index, Kind.MEAN),
            tensors.tensor(index, Kind.VARIANCE),
            inputGradient,
            scaleGradient,
            shiftGradient,
            workspace);
    tensors.storeVector(scaleGradient, index, Kind.SCALE, gradients.parameters());
    tensors.storeVector(shiftGradient, index, Kind.SHIFT, gradients.parameters());
    tensors.pool().release(scaleGradient);
    tensors.pool().release(shiftGradient);
    gradients.contribute(node.input(), inputGradient);
  }

  @Override
  public boolean readsInputsBackward() {
    return true;
  }
}
