package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.PartKernels;

/** Rows and columns of zeros around a tensor. */
final class ZeroPaddingOperation implements NodeOperation {

  private final KernelContext context;
  private final Node source;
  private final Node node;
  private final Layer.ZeroPadding padding;
  private final int batch;

  ZeroPaddingOperation(
      KernelContext context, Node source, Node node, Layer.ZeroPadding padding, int batch) {
    this.context = context;
    this.source = source;
    this.node = node;
    this.padding = padding;
    this.batch = batch;
  }

  private PartKernels kernels(StepTensors tensors) {
    return PartKernels.of(
        context,
        new PartKernels.Key(
            batch, tensors.extent(node), tensors.extent(source), 0, padding.top(), padding.left()));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    output.zero(context.bytes(tensors.size(node.index(), batch)));
    kernels(tensors).into(tensors.output(source.index()), output);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    if (gradients.wants(source.index())) {
      NativeBuffer inputGradient = gradients.acquire(source.index());
      kernels(tensors).outOf(gradients.of(node.index()), inputGradient);
      gradients.contribute(source.index(), inputGradient);
    }
  }
}
