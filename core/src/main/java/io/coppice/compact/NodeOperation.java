package io.coppice.compact;

/**
 * One layer's forward and backward computation at the shapes of the step at hand. Holds no tensors
 * between steps.
 */
interface NodeOperation {

  /** Computes the node's output from its inputs' outputs. */
  void forward(StepTensors tensors);

  /**
   * Hands the gradient of the node's output on to its inputs, where those want it, and its
   * parameters.
   */
  void backward(StepTensors tensors, GradientTensors gradients);

  /** Whether the backward computation reads the outputs of the node's inputs. */
  default boolean readsInputsBackward() {
    return false;
  }

  /** Whether the backward computation reads the node's own output. */
  default boolean readsOutputBackward() {
    return false;
  }
}
