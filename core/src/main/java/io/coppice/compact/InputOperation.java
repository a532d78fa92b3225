package io.coppice.compact;

import io.coppice.network.Node;
import io.coppice.onednn.ArrangementKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;

/**
 * Copies the normalised images {@code (batch, channels, height, width)} into native memory: as they
 * are where only convolutions and linear layers read them, else as an activation.
 */
final class InputOperation implements NodeOperation {

  private final KernelContext context;
  private final Node node;
  private final int batch;

  InputOperation(KernelContext context, Node node, int batch) {
    this.context = context;
    this.node = node;
    this.batch = batch;
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    if (tensors.imageIsPlain()) {
      output.write(tensors.images(), 0, batch * node.shape().size());
      return;
    }
    int stored = tensors.stored(node.index());
    int size = node.shape().size();
    int storedSize = stored * node.shape().area();
    float[] padded = new float[batch * storedSize];
    for (int image = 0; image < batch; image++) {
      System.arraycopy(tensors.images(), image * size, padded, image * storedSize, size);
    }
    ArrangementKernels.of(
            context,
            new ArrangementKernels.Key(
                batch, stored, node.shape().height(), node.shape().width(), context.precision()))
        .arrange(padded, output);
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    // The image is given; nothing is behind it.
  }
}
