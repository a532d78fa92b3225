package io.coppice.exchange;

import io.coppice.network.Layer;
import org.jspecify.annotations.Nullable;

/**
 * What a layer or vertex of a Deeplearning4j network computes, read from its JSON alone: shapes are
 * not known yet, so paddings and window sizes stand as they are written.
 *
 * <p>Who treats the kinds differently implements {@link Visitor}, which the compiler holds to be
 * complete.
 */
sealed interface Dl4jLayer {

  /** Calls the method of a visitor that is for this kind of layer. */
  <R> R accept(Visitor<R> visitor);

  /** Whether it turns what it reads into probabilities of classes, as only an output does. */
  default boolean classifies() {
    return false;
  }

  /** Whether it may read several tensors. */
  default boolean joins() {
    return false;
  }

  /** Whether it is nothing but ReLU. */
  default boolean isRelu() {
    return false;
  }

  /**
   * One case for each kind of layer.
   *
   * @param <R> what a case gives
   */
  interface Visitor<R> {
    R visit(Convolution convolution);

    R visit(Depthwise convolution);

    R visit(Separable convolution);

    R visit(Norm norm);

    R visit(Activation activation);

    R visit(Pool pool);

    R visit(GlobalPool pool);

    R visit(ZeroPadding padding);

    R visit(Dropout dropout);

    R visit(Dense dense);

    R visit(Loss loss);

    R visit(Add add);

    R visit(Merge merge);

    R visit(Reshape reshape);
  }

  /**
   * What a layer with weights does around its product.
   *
   * @param inputs channels or values that its weights are for
   * @param dropout chance of an input value to become 0; 0 for none
   * @param activation what becomes of an output value; null for itself
   */
  record Surroundings(int inputs, double dropout, Layer.Activation.@Nullable Function activation) {}

  /** A convolution. */
  record Convolution(Surroundings around, int outputs, Dl4jWindow window, boolean bias)
      implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A convolution of every channel by itself. */
  record Depthwise(
      Surroundings around, int outputs, int multiplier, Dl4jWindow window, boolean bias)
      implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A depthwise convolution without bias, then a 1x1 convolution. */
  record Separable(
      Surroundings around, int outputs, int multiplier, Dl4jWindow window, boolean bias)
      implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Batch norm.
   *
   * @param logDeviation whether the running variance is kept as log10 of the deviation
   */
  record Norm(int channels, double epsilon, double decay, boolean logDeviation)
      implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A function of every value.
   *
   * @param function null for the value itself
   */
  record Activation(Layer.Activation.@Nullable Function function) implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }

    @Override
    public boolean isRelu() {
      return Layer.Activation.RELU.function().equals(function);
    }
  }

  /** A pool. */
  record Pool(Layer.Pool.Kind kind, Dl4jWindow window) implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A pool over all positions.
   *
   * @param flat whether its output has no axes of rows and columns left
   */
  record GlobalPool(Layer.GlobalPool.Kind kind, boolean flat) implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Zeros around a tensor: top, bottom, left, right. */
  record ZeroPadding(int[] sides) implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Dropout alone; nothing where the rate is 0. */
  record Dropout(double rate) implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A full connection.
   *
   * @param classifies whether softmax and cross-entropy follow
   */
  record Dense(Surroundings around, int outputs, boolean bias, boolean classifies)
      implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Softmax and cross-entropy alone. */
  record Loss() implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }

    @Override
    public boolean classifies() {
      return true;
    }
  }

  /** Sum of all inputs. */
  record Add() implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }

    @Override
    public boolean joins() {
      return true;
    }
  }

  /** The channels of all inputs one after the other. */
  record Merge() implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }

    @Override
    public boolean joins() {
      return true;
    }
  }

  /** Passes on what its preprocessor makes. */
  record Reshape() implements Dl4jLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
