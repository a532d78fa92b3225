package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Node;
import io.coppice.network.Window;
import io.coppice.onednn.BiasKernels;
import io.coppice.onednn.ConvolutionKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/** A plain or depthwise convolution; its bias, or zeros, where none of its inputs is active. */
final class ConvolutionOperation implements NodeOperation {

  private final KernelContext context;
  private final Node source;
  private final Node node;
  private final Window window;
  private final boolean depthwise;
  private final boolean bias;
  private final int batch;

  ConvolutionOperation(
      KernelContext context,
      Node source,
      Node node,
      Window window,
      boolean depthwise,
      boolean bias,
      int batch) {
    this.context = context;
    this.source = source;
    this.node = node;
    this.window = window;
    this.depthwise = depthwise;
    this.bias = bias;
    this.batch = batch;
  }

  private boolean readsImage(StepTensors tensors) {
    return source.index() == 0 && tensors.imageIsPlain();
  }

  private ConvolutionKernels kernels(StepTensors tensors) {
    int in = tensors.stored(source.index());
    return ConvolutionKernels.of(
        context,
        new ConvolutionKernels.Key(
            batch,
            in,
            tensors.stored(node.index()),
            depthwise ? in : 1,
            source.shape().height(),
            source.shape().width(),
            window,
            readsImage(tensors)));
  }

  private BiasKernels biasKernels(StepTensors tensors) {
    return BiasKernels.of(
        context,
        new BiasKernels.Key(
            batch, tensors.stored(node.index()), node.shape().height(), node.shape().width()));
  }

  /** The channels that every output channel reads. */
  private StoredChannels inputs(StepTensors tensors) {
    return depthwise ? StoredChannels.SINGLE : tensors.storage(source.index());
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.channels(source.index()) == 0) {
      output.zero(context.bytes(tensors.size(node.index(), batch)));
    } else {
      NativeBuffer weights = tensors.loadWeights(node.index(), inputs(tensors));
      kernels(tensors).forward(tensors.output(source.index()), weights, output);
      tensors.releaseUnlessTraining(node.index(), Kind.WEIGHT);
    }
    if (bias) {
      biasKernels(tensors).forward(output, tensors.loadVector(node.index(), Kind.BIAS));
    }
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    if (bias) {
      NativeBuffer biasGradient = tensors.pool().acquireFloats(tensors.stored(node.index()));
      biasKernels(tensors).backward(outputGradient, biasGradient);
      tensors.storeVector(biasGradient, node.index(), Kind.BIAS, gradients.parameters());
      tensors.pool().release(biasGradient);
    }
    if (tensors.channels(source.index()) == 0) {
      return;
    }
    ConvolutionKernels kernels = kernels(tensors);
    StoredChannels inputs = inputs(tensors);
    long weightCount = (long) tensors.stored(node.index()) * inputs.stored() * window.area();
    NativeBuffer weightsGradient = tensors.pool().acquireFloats(weightCount);
    kernels.backwardWeights(tensors.output(source.index()), outputGradient, weightsGradient);
    tensors.storeWeights(weightsGradient, node.index(), inputs, gradients.parameters());
    tensors.pool().release(weightsGradient);
    if (gradients.wants(source.index())) {
      NativeBuffer inputGradient = gradients.acquire(source.index());
      kernels.backwardData(
          outputGradient, tensors.tensor(node.index(), Kind.WEIGHT), inputGradient);
      gradients.contribute(source.index(), inputGradient);
    }
  }

  @Override
  public boolean readsInputsBackward() {
    return true;
  }
}
