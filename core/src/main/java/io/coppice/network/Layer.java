package io.coppice.network;

/**
 * One operation of a network. Convolutions carry no bias, because a batch norm follows them; every
 * tensor is {@code (batch, channels, height, width)}.
 */
public sealed interface Layer {

  /** The image, normalised. */
  record Input(Shape shape) implements Layer {}

  /**
   * A square convolution without bias; weight {@code (out, in, kernel, kernel)}.
   *
   * @param outputs number of output channels
   * @param kernel rows and columns of the kernel
   * @param stride step between outputs
   * @param padding zeros on each side
   */
  record Convolution(int outputs, int kernel, int stride, int padding) implements Layer {}

  /**
   * Batch norm over {@code (batch, height, width)}; scale and shift {@code (channels)}; ReLU
   * follows where {@code relu}.
   */
  record BatchNorm(boolean relu) implements Layer {
    /** Added to the variance before the square root is taken. */
    public static final float EPSILON = 1e-5f;

    /** Weight of the newest minibatch in the running statistics. */
    public static final float MOMENTUM = 0.1f;
  }

  /** Maximum over square windows without padding; a remainder at the border is dropped. */
  record MaxPool(int kernel, int stride) implements Layer {}

  /** Mean over all positions of a channel; output {@code (batch, channels, 1, 1)}. */
  record GlobalAveragePool() implements Layer {}

  /** Sum of two tensors of one shape; ReLU follows where {@code relu}. */
  record Sum(boolean relu) implements Layer {}

  /**
   * Full connection with bias; weight {@code (outputs, in)}, bias {@code (outputs)}; the logits of
   * the classes.
   */
  record Linear(int outputs) implements Layer {}
}
