package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.KernelContext;

/**
 * One layer's forward and backward computation at the shapes of the step at hand. Holds no tensors
 * between steps.
 */
interface NodeOperation {

  /** Computes the node's output from its inputs' outputs. */
  void forward(StepTensors tensors);

  /** Hands the gradient of the node's output on to its inputs and parameters. */
  void backward(StepTensors tensors, GradientTensors gradients);

  /** Whether the backward computation reads the outputs of the node's inputs. */
  default boolean readsInputsBackward() {
    return false;
  }

  /** Whether the backward computation reads the node's own output. */
  default boolean readsOutputBackward() {
    return false;
  }

  /** The computation of a node for minibatches of a fixed size. */
  static NodeOperation of(KernelContext context, Network network, Node node, int batch) {
    Layer layer = node.layer();
    if (layer instanceof Layer.Input) {
      return new InputOperation(node, batch);
    } else if (layer instanceof Layer.Convolution convolution) {
      return new ConvolutionOperation(context, network, node, convolution, batch);
    } else if (layer instanceof Layer.BatchNorm norm) {
      return new BatchNormOperation(context, node, norm, batch);
    } else if (layer instanceof Layer.MaxPool pool) {
      return PoolOperation.maximum(context, network, node, pool, batch);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return PoolOperation.globalMean(context, network, node, batch);
    } else if (layer instanceof Layer.Sum sum) {
      return new SumOperation(context, node, sum, batch);
    } else if (layer instanceof Layer.Linear) {
      return new LinearOperation(context, node, batch);
    }
    throw new IllegalArgumentException(node.name() + ": unknown layer " + layer);
  }
}
