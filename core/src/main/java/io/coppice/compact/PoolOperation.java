package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.PoolKernels;
import io.coppice.onednn.PoolKernels.Kind;

/** Maximum over windows, or mean over all positions. */
final class PoolOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final Shape source;
  private final Kind kind;
  private final int windowHeight;
  private final int windowWidth;
  private final int stride;
  private final int batch;

  private PoolOperation(
      KernelContext context,
      Node node,
      Shape source,
      Kind kind,
      int[] window,
      int stride,
      int batch) {
    this.context = context;
    this.node = node;
    this.source = source;
    this.kind = kind;
    this.windowHeight = window[0];
    this.windowWidth = window[1];
    this.stride = stride;
    this.batch = batch;
  }

  static PoolOperation maximum(
      KernelContext context, Network network, Node node, Layer.MaxPool layer, int batch) {
    Shape source = network.node(node.input()).shape();
    int[] window = {layer.kernel(), layer.kernel()};
    return new PoolOperation(context, node, source, Kind.MAXIMUM, window, layer.stride(), batch);
  }

  static PoolOperation globalMean(KernelContext context, Network network, Node node, int batch) {
    Shape source = network.node(node.input()).shape();
    int[] window = {source.height(), source.width()};
    return new PoolOperation(context, node, source, Kind.MEAN, window, 1, batch);
  }

  private PoolKernels kernels(StepTensors tensors) {
    return PoolKernels.of(
        context,
        new PoolKernels.Key(
            kind,
            batch,
            tensors.stored(node.index()),
            source.height(),
            source.width(),
            windowHeight,
            windowWidth,
            stride));
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
    NativeBuffer inputGradient = gradients.acquire(node.input());
    kernels(tensors)
        .backward(gradients.of(node.index()), inputGradient, tensors.workspace(node.index()));
    gradients.contribute(node.input(), inputGradient);
  }
}
