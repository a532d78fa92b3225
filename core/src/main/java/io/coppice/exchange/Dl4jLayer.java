package io.coppice.exchange;

import io.coppice.network.Layer;
import org.jspecify.annotations.Nullable;

/**
 * What a layer or vertex of a Deeplearning4j network computes, read from its JSON alone: shapes are
 * not known yet, so paddings and window sizes stand as they are written.
 */
sealed interface Dl4jLayer {

  /** How a window's padding is found. */
  enum PaddingMode {
    /** As much as is needed for an output of ceil(input / stride). */
    SAME,
    /** As written; what does not fill a window is left out. */
    TRUNCATE,
    /** As written; windows must fill the tensor exactly. */
    STRICT
  }

  /**
   * A window: rows, then columns.
   *
   * @param padding before and after, unless the mode finds it
   */
  record Window(int[] kernel, int[] stride, int[] padding, PaddingMode mode) {}

  /**
   * What a layer with weights does around its product.
   *
   * @param inputs channels or values that its weights are for
   * @param dropout chance of an input value to become 0; 0 for none
   * @param activation what becomes of an output value; null for itself
   */
  record Surroundings(int inputs, double dropout, Layer.Activation.@Nullable Function activation) {}

  /** A convolution. */
  record Convolution(Surroundings around, int outputs, Window window, boolean bias)
      implements Dl4jLayer {}

  /** A convolution of every channel by itself. */
  record Depthwise(Surroundings around, int outputs, int multiplier, Window window, boolean bias)
      implements Dl4jLayer {}

  /** A depthwise convolution without bias, then a 1x1 convolution. */
  record Separable(Surroundings around, int outputs, int multiplier, Window window, boolean bias)
      implements Dl4jLayer {}

  /**
   * Batch norm.
   *
   * @param logDeviation whether the running variance is kept as log10 of the deviation
   */
  record Norm(int channels, double epsilon, double decay, boolean logDeviation)
      implements Dl4jLayer {}

  /**
   * A function of every value.
   *
   * @param function null for the value itself
   */
  record Activation(Layer.Activation.@Nullable Function function) implements Dl4jLayer {}

  /** A pool. */
  record Pool(Layer.Pool.Kind kind, Window window) implements Dl4jLayer {}

  /**
   * A pool over all positions.
   *
   * @param flat whether its output has no axes of rows and columns left
   */
  record GlobalPool(Layer.GlobalPool.Kind kind, boolean flat) implements Dl4jLayer {}

  /** Zeros around a tensor: top, bottom, left, right. */
  record ZeroPadding(int[] sides) implements Dl4jLayer {}

  /** Dropout alone; nothing where the rate is 0. */
  record Dropout(double rate) implements Dl4jLayer {}

  /**
   * A full connection.
   *
   * @param classifier whether softmax and cross-entropy follow
   */
  record Dense(Surroundings around, int outputs, boolean bias, boolean classifier)
      implements Dl4jLayer {}

  /** Softmax and cross-entropy alone. */
  record Loss() implements Dl4jLayer {}

  /** Sum of all inputs. */
  record Add() implements Dl4jLayer {}

  /** The channels of all inputs one after the other. */
  record Merge() implements Dl4jLayer {}

  /** Passes on what its preprocessor makes. */
  record Reshape() implements Dl4jLayer {}

  /** Whether it is nothing but ReLU. */
  default boolean isRelu() {
    return this instanceof Activation activation
        && Layer.Activation.RELU.function().equals(activation.function());
  }
}
