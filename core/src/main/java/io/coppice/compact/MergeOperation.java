package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.PartKernels;

/**
 * The channels of several tensors one after the other; those without active channels are passed
 * over.
 */
final class MergeOperation implements NodeOperation {

  private final KernelContext context;
  private final Network network;
  private final Node node;
  private final int batch;

  MergeOperation(KernelContext context, Network network, Node node, int batch) {
    this.context = context;
    this.network = network;
    this.node = node;
    this.batch = batch;
  }

  /** Is told of every part that has active channels. */
  private interface Part {
    void visit(int input, PartKernels kernels);
  }

  private void forEachPart(StepTensors tensors, Part part) {
    int channel = 0;
    for (int input : node.inputs()) {
      if (tensors.channels(input) > 0) {
        part.visit(
            input,
            PartKernels.of(
                context,
                new PartKernels.Key(
                    batch,
                    tensors.extent(node),
                    tensors.extent(network.node(input)),
                    channel,
                    0,
                    0)));
      }
      channel += tensors.stored(input);
    }
  }

  @Override
  public void forward(StepTensors tensors) {
    NativeBuffer output = tensors.makeOutput(node.index(), batch);
    forEachPart(tensors, (input, kernels) -> kernels.into(tensors.output(input), output));
  }

  @Override
  public void backward(StepTensors tensors, GradientTensors gradients) {
    NativeBuffer outputGradient = gradients.of(node.index());
    forEachPart(
        tensors,
        (input, kernels) -> {
          if (gradients.wants(input)) {
            NativeBuffer inputGradient = gradients.acquire(input);
            kernels.outOf(outputGradient, inputGradient);
            gradients.contribute(input, inputGradient);
          }
        });
  }
}
