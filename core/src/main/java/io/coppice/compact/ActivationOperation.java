package io.coppice.compact;

import io.coppice.network.Layer.Activation.Function;
import io.coppice.network.Node;
import io.coppice.onednn.ActivationKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/** A function of every value. */
final class ActivationOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final Function function;
  private final int batch;

  ActivationOperation(KernelContext context, Node node, Function function, int batch) {
    this.context = context;
    this.node = node;
    this.function = function;
    this.batch = batch;
  }

  static ActivationKernels kernels(
      KernelContext context, StepTensors tensors, Node node, Function function, int batch) {
    return ActivationKernels.of(
        context,
        new ActivationKernels.Key(
            batch,
            tensors.stored(node.index()),
            node.shape().height(),
            node.shape().width(),
            function));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer source = tensors.output(node.input());
    NativeBuffer destination = tensors.makeOutputOver(node.index(), node.input(), batch);
    kernels(context, tensors, node, function, batch).forward(source, destination);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    NativeBuffer inputGradient = gradients.takeOrAcquire(node.index());
    kernels(context, tensors, node, function, batch)
        .backward(tensors.output(node.index()), outputGradient, inputGradient);
    gradients.contribute(node.input(), inputGradient);
  }

  @Override
  public boolean readsOutputBackward() {
    return true;
  }
}
