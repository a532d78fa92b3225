package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.onednn.ArrangementKernels;
import io.coppice.onednn.BinaryKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.Precision;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * Dropout: y = x f, with f either 0 or 1 / (1 - rate). Whether a value is dropped depends on the
 * step's key, the layer, the image, the channel of the full network and the position alone, so that
 * all masks that see a minibatch lose the same values.
 */
final class DropoutOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final double rate;
  private final int batch;

  DropoutOperation(KernelContext context, Node node, Layer.Dropout layer, int batch) {
    this.context = context;
    this.node = node;
    this.rate = layer.rate();
    this.batch = batch;
  }

  /** The factors of one channel of one image. */
  static void fillFactors(
      long noise,
      int node,
      double rate,
      int image,
      int channel,
      float[] target,
      int first,
      int count) {
    CounterRandom random = CounterRandom.of(noise, Purpose.DROPOUT, node, image, channel);
    float kept = (float) (1 / (1 - rate));
    for (int i = first; i < first + count; i++) {
      target[i] = random.nextDouble() < rate ? 0 : kept;
    }
  }

  private BinaryKernels kernels(StepTensors tensors) {
    return SumOperation.kernels(context, tensors, node, batch);
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer source = tensors.output(node.input());
    NativeBuffer destination = tensors.makeOutputOver(node.index(), node.input(), batch);
    long size = tensors.size(node.index(), batch);
    Long noise = tensors.noise();
    if (noise == null) {
      destination.copyFrom(source, context.bytes(size));
      return;
    }
    NativeBuffer factors = tensors.pool().acquireFloats(size);
    tensors.keepWorkspace(node.index(), factors);
    ArrangementKernels.of(
            context,
            new ArrangementKernels.Key(
                batch,
                tensors.stored(node.index()),
                node.shape().height(),
                node.shape().width(),
                Precision.FLOAT32))
        .arrange(factors(tensors, noise), factors);
    kernels(tensors).product(source, factors, destination);
  }

  private float[] factors(StepTensors tensors, long noise) {
    int area = node.shape().area();
    int[] channels = tensors.activeChannels(node.index());
    StoredChannels storage = tensors.storage(node.index());
    float[] factors = new float[batch * storage.stored() * area];
    for (int image = 0; image < batch; image++) {
      for (int i = 0; i < channels.length; i++) {
        int first = (image * storage.stored() + storage.place(i)) * area;
        fillFactors(noise, node.index(), rate, image, channels[i], factors, first, area);
      }
    }
    return factors;
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    NativeBuffer inputGradient = gradients.takeOrAcquire(node.index());
    @Nullable NativeBuffer factors = tensors.workspace(node.index());
    if (factors == null) {
      throw new IllegalStateException(node.name() + " has dropped nothing in this step");
    }
    kernels(tensors).product(outputGradient, factors, inputGradient);
    gradients.contribute(node.input(), inputGradient);
  }
}
