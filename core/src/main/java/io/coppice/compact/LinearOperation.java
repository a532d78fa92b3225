package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.LinearKernels;
import io.coppice.onednn.NativeBuffer;

/** The linear classifier; its bias alone where none of its inputs is active. */
final class LinearOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final int batch;

  LinearOperation(KernelContext context, Node node, int batch) {
    this.context = context;
    this.node = node;
    this.batch = batch;
  }

  private int classes() {
    return node.shape().channels();
  }

  private LinearKernels kernels(StepTensors tensors) {
    return LinearKernels.of(
        context, new LinearKernels.Key(batch, tensors.stored(node.input()), classes()));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.channels(node.input()) == 0) {
      float[] logits = new float[batch * classes()];
      float[] bias = tensors.vectorValues(node.index(), Kind.BIAS);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = bias[i % classes()];
      }
      output.write(logits, 0, logits.length);
      return;
    }
    NativeBuffer weights = tensors.loadWeights(node.index());
    NativeBuffer bias = tensors.loadVector(node.index(), Kind.BIAS);
    kernels(tensors).forward(tensors.output(node.input()), weights, bias, output);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    if (tensors.channels(node.input()) == 0) {
      float[] logitsGradient = new float[batch * classes()];
      outputGradient.read(0, logitsGradient, 0, logitsGradient.length);
      int bias = tensors.parameterOffset(node.index(), Kind.BIAS);
      for (int i = 0; i < logitsGradient.length; i++) {
        gradients.parameters()[bias + i % classes()] += logitsGradient[i];
      }
      return;
    }
    LinearKernels kernels = kernels(tensors);
    NativeBuffer weightsGradient =
        tensors.pool().acquireFloats((long) classes() * tensors.stored(node.input()));
    NativeBuffer biasGradient = tensors.pool().acquireFloats(classes());
    kernels.backwardWeights(
        tensors.output(node.input()), outputGradient, weightsGradient, biasGradient);
    tensors.storeWeights(weightsGradient, node.index(), gradients.parameters());
    tensors.storeVector(biasGradient, node.index(), Kind.BIAS, gradients.parameters());
    tensors.pool().release(weightsGradient);
    tensors.pool().release(biasGradient);
    NativeBuffer inputGradient = gradients.acquire(node.input());
    kernels.backwardData(outputGradient, tensors.tensor(node.index(), Kind.WEIGHT), inputGradient);
    gradients.contribute(node.input(), inputGradient);
  }

  @Override
  public boolean readsInputsBackward() {
    return true;
  }
}
