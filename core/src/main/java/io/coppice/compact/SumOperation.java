package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.onednn.BinaryKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/**
 * Sum of two tensors whose active channels are the same, with ReLU behind it where the layer says
 * so.
 */
final class SumOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final Layer.Sum layer;
  private final int batch;

  SumOperation(KernelContext context, Node node, Layer.Sum layer, int batch) {
    this.context = context;
    this.node = node;
    this.layer = layer;
    this.batch = batch;
  }

  static BinaryKernels kernels(KernelContext context, StepTensors tensors, Node node, int batch) {
    return BinaryKernels.of(
        context,
        new BinaryKernels.Key(
            batch, tensors.stored(node.index()), node.shape().height(), node.shape().width()));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer left = tensors.output(node.inputs().get(0));
    NativeBuffer right = tensors.output(node.inputs().get(1));
    NativeBuffer output = tensors.makeOutputOver(node.index(), node.inputs().get(0), batch);
    BinaryKernels kernels = kernels(context, tensors, node, batch);
    if (layer.relu()) {
      kernels.sumRelu(left, right, output);
    } else {
      kernels.sum(left, right, output);
    }
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    if (layer.relu()) {
      NativeBuffer outputGradient = gradients.of(node.index());
      NativeBuffer sumGradient = gradients.takeOrAcquire(node.index());
      ActivationOperation.kernels(context, tensors, node, Layer.Activation.RELU.function(), batch)
          .backward(tensors.output(node.index()), outputGradient, sumGradient);
      gradients.contributeToBoth(node.inputs().get(0), node.inputs().get(1), sumGradient);
    } else {
      gradients.passToBoth(node.index(), node.inputs().get(0), node.inputs().get(1));
    }
  }

  @Override
  public boolean readsOutputBackward() {
    return layer.relu();
  }
}
