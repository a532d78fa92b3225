package io.coppice.compact;

import io.coppice.network.Layer.Pool.Kind;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.PoolKernels;

/** Maximum or mean over windows. */
final class PoolOperation implements NodeOperation {

  private final KernelContext context;
  private final Shape source;
  private final Node node;
  private final Kind kind;
  private final Window window;
  private final int batch;

  PoolOperation(
      KernelContext context, Shape source, Node node, Kind kind, Window window, int batch) {
    this.context = context;
    this.source = source;
    this.node = node;
    this.kind = kind;
    this.window = window;
    this.batch = batch;
  }

  private PoolKernels kernels(StepTensors tensors) {
    return PoolKernels.of(
        context,
        new PoolKernels.Key(
            kind, batch, tensors.stored(node.index()), source.height(), source.width(), window));
  }

  @Override
  public void forward(StepTensors tensors) {
    PoolKernels kernels = kernels(tensors);
    NativeBuffer input = tensors.output(node.input());
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.mode() == Mode.TRAINING) {
      kernels.forwardTraining(
          input, output, tensors.makeWorkspace(node.index(), kernels.workspaceBytes()));
    } else {
      kernels.forward(input, output);
    }
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    if (!gradients.wants(node.input())) {
      return;
    }
    NativeBuffer inputGradient = gradients.acquire(node.input());
    kernels(tensors)
        .backward(gradients.of(node.index()), inputGradient, tensors.workspace(node.index()));
    gradients.contribute(node.input(), inputGradient);
  }
}
