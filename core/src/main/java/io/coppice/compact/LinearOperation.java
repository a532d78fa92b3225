package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.LinearKernels;
import io.coppice.onednn.NativeBuffer;
import org.jspecify.annotations.Nullable;

/** A linear layer; its bias alone, or zeros, where none of its inputs is active. */
final class LinearOperation implements NodeOperation {

  private final KernelContext context;
  private final Node source;
  private final Node node;
  private final boolean bias;
  private final int batch;

  LinearOperation(KernelContext context, Node source, Node node, Layer.Linear layer, int batch) {
    this.context = context;
    this.source = source;
    this.node = node;
    this.bias = layer.bias();
    this.batch = batch;
  }

  private LinearKernels.Key key(StepTensors tensors) {
    return new LinearKernels.Key(
        batch,
        tensors.stored(source.index()),
        source.shape().height(),
        source.shape().width(),
        tensors.stored(node.index()),
        bias,
        source.index() == 0 && tensors.imageIsPlain(),
        tensors.areLogits(node.index()));
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.channels(source.index()) == 0) {
      float[] values = new float[batch * tensors.stored(node.index())];
      if (bias) {
        float[] ofOutputs = tensors.vectorValues(node.index(), Kind.BIAS);
        for (int image = 0; image < batch; image++) {
          System.arraycopy(
              ofOutputs, 0, values, image * tensors.stored(node.index()), ofOutputs.length);
        }
      }
      output.write(tensors.precision(node.index()), values, values.length);
      return;
    }
    NativeBuffer weights = tensors.loadWeights(node.index(), tensors.storage(source.index()));
    LinearKernels.of(context, key(tensors))
        .forward(
            tensors.output(source.index()),
            weights,
            bias ? tensors.loadVector(node.index(), Kind.BIAS) : null,
            output);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    if (tensors.channels(source.index()) == 0) {
      if (bias) {
        sumIntoBias(tensors, outputGradient, gradients.parameters());
      }
      return;
    }
    LinearKernels.Key key = key(tensors);
    LinearKernels kernels = LinearKernels.of(context, key);
    NativeBuffer weightsGradient = tensors.pool().acquireFloats(key.weightCount());
    @Nullable NativeBuffer biasGradient = bias ? tensors.pool().acquireFloats(key.out()) : null;
    kernels.backwardWeights(
        tensors.output(source.index()), outputGradient, weightsGradient, biasGradient);
    tensors.storeWeights(
        weightsGradient, node.index(), tensors.storage(source.index()), gradients.parameters());
    tensors.pool().release(weightsGradient);
    if (biasGradient != null) {
      tensors.storeVector(biasGradient, node.index(), Kind.BIAS, gradients.parameters());
      tensors.pool().release(biasGradient);
    }
    if (gradients.wants(source.index())) {
      NativeBuffer inputGradient = gradients.acquire(source.index());
      kernels.backwardData(
          outputGradient, tensors.tensor(node.index(), Kind.WEIGHT), inputGradient);
      gradients.contribute(source.index(), inputGradient);
    }
  }

  private void sumIntoBias(StepTensors tensors, NativeBuffer outputGradient, float[] parameters) {
    int stored = tensors.stored(node.index());
    float[] values = new float[batch * stored];
    outputGradient.read(tensors.precision(node.index()), values, values.length);
    int offset = tensors.parameterOffset(node.index(), Kind.BIAS);
    for (int image = 0; image < batch; image++) {
      for (int output = 0; output < tensors.channels(node.index()); output++) {
        parameters[offset + output] += values[image * stored + output];
      }
    }
  }

  @Override
  public boolean readsInputsBackward() {
    return true;
  }
}
