package io.coppice.compact;

import io.coppice.network.Node;

/** Copies the normalised images {@code (batch, channels, height, width)} into native memory. */
final class InputOperation implements NodeOperation {

  private final Node node;
  private final int batch;

  InputOperation(Node node, int batch) {
    this.node = node;
    this.batch = batch;
  }

  @Override
  public void forward(StepTensors tensors) {
    tensors.makeOutput(node.index(), batch).write(tensors.images(), 0, batch * node.shape().size());
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    // The image is given; nothing is behind it.
  }
}
