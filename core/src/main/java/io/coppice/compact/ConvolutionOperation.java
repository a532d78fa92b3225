package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.onednn.ConvolutionKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/** A convolution; zeros where none of its inputs is active. */
final class ConvolutionOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final Node input;
  private final Layer.Convolution layer;
  private final int batch;

  ConvolutionOperation(
      KernelContext context, Network network, Node node, Layer.Convolution layer, int batch) {
    this.context = context;
    this.node = node;
    this.input = network.node(node.input());
    this.layer = layer;
    this.batch = batch;
  }

  private boolean readsImage() {
    return input.group() == Node.UNGROUPED;
  }

  private ConvolutionKernels kernels(StepTensors tensors) {
    Shape in = input.shape();
    return ConvolutionKernels.of(
        context,
        new ConvolutionKernels.Key(
            batch,
            tensors.stored(input.index()),
            tensors.stored(node.index()),
            in.height(),
            in.width(),
            layer.kernel(),
            layer.stride(),
            layer.padding(),
            readsImage()));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.channels(input.index()) == 0) {
      long values = (long) batch * tensors.stored(node.index()) * node.shape().area();
      output.zero(values * Float.BYTES);
      return;
    }
    NativeBuffer weights = tensors.loadWeights(node.index());
    kernels(tensors).forward(tensors.output(input.index()), weights, output);
    tensors.releaseUnlessTraining(node.index(), Kind.WEIGHT);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    if (tensors.channels(input.index()) == 0) {
      return;
    }
    NativeBuffer outputGradient = gradients.of(node.index());
    ConvolutionKernels kernels = kernels(tensors);
    int weightCount =
        tensors.stored(node.index())
            * tensors.stored(input.index())
            * layer.kernel()
            * layer.kernel();
    NativeBuffer weightsGradient = tensors.pool().acquireFloats(weightCount);
    kernels.backwardWeights(tensors.output(input.index()), outputGradient, weightsGradient);
    tensors.storeWeights(weightsGradient, node.index(), gradients.parameters());
    tensors.pool().release(weightsGradient);
    if (!readsImage()) {
      NativeBuffer inputGradient = gradients.acquire(input.index());
      kernels.backwardData(
          outputGradient, tensors.tensor(node.index(), Kind.WEIGHT), inputGradient);
      gradients.contribute(input.index(), inputGradient);
    }
  }

  @Override
  public boolean readsInputsBackward() {
    return true;
  }
}
