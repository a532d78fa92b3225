package io.coppice.network;

/**
 * One operation of a network; every tensor is {@code (batch, channels, height, width)}. Every
 * operation gives 0 for a channel that is 0 throughout and whose own parameters are gone, so that a
 * channel can be removed by leaving it out everywhere.
 *
 * <p>Who treats the kinds of layers differently implements {@link Visitor}, which the compiler
 * holds to be complete.
 */
public sealed interface Layer {

  /** Calls the method of a visitor that is for this kind of layer. */
  <R> R accept(Visitor<R> visitor);

  /**
   * One case for each kind of layer.
   *
   * @param <R> what a case gives
   */
  interface Visitor<R> {
    R visit(Input input);

    R visit(Convolution convolution);

    R visit(DepthwiseConvolution convolution);

    R visit(BatchNorm norm);

    R visit(Activation activation);

    R visit(Pool pool);

    R visit(GlobalPool pool);

    R visit(Sum sum);

    R visit(Merge merge);

    R visit(ZeroPadding padding);

    R visit(Dropout dropout);

    R visit(Linear linear);
  }

  /**
   * A visitor to whom all kinds without trained parameters are alike.
   *
   * @param <R> what a case gives
   */
  interface TrainedVisitor<R> extends Visitor<R> {

    /** The case of all kinds that have nothing to train. */
    R untrained(Layer layer);

    @Override
    default R visit(Input input) {
      return untrained(input);
    }

    @Override
    default R visit(Activation activation) {
      return untrained(activation);
    }

    @Override
    default R visit(Pool pool) {
      return untrained(pool);
    }

    @Override
    default R visit(GlobalPool pool) {
      return untrained(pool);
    }

    @Override
    default R visit(Sum sum) {
      return untrained(sum);
    }

    @Override
    default R visit(Merge merge) {
      return untrained(merge);
    }

    @Override
    default R visit(ZeroPadding padding) {
      return untrained(padding);
    }

    @Override
    default R visit(Dropout dropout) {
      return untrained(dropout);
    }
  }

  /** The image, normalised. */
  record Input(Shape shape) implements Layer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A convolution; weight {@code (out, in, height, width)}, bias {@code (out)}.
   *
   * @param outputs number of output channels, at least 1
   * @param window its kernel
   * @param bias whether a number is added to each output channel
   */
  record Convolution(int outputs, Window window, boolean bias) implements Layer {
    public Convolution {
      requireOutputs(outputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A convolution of every channel by itself; weight {@code (in * multiplier, 1, height, width)},
   * bias {@code (in * multiplier)}. Input channel c gives the output channels c * multiplier to (c
   * + 1) * multiplier - 1.
   *
   * @param multiplier output channels of every input channel, at least 1
   * @param window its kernel
   * @param bias whether a number is added to each output channel
   */
  record DepthwiseConvolution(int multiplier, Window window, boolean bias) implements Layer {
    public DepthwiseConvolution {
      requireOutputs(multiplier);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Batch norm over {@code (batch, height, width)}; scale and shift {@code (channels)}.
   *
   * @param relu whether ReLU follows
   * @param epsilon added to the variance before the square root is taken, greater than 0
   * @param momentum weight of the newest minibatch in the running statistics, in (0, 1]
   */
  record BatchNorm(boolean relu, float epsilon, float momentum) implements Layer {
    /** The epsilon of most networks. */
    public static final float DEFAULT_EPSILON = 1e-5f;

    /** The momentum of most networks. */
    public static final float DEFAULT_MOMENTUM = 0.1f;

    public BatchNorm {
      if (!(epsilon > 0 && epsilon <= 1)) {
        throw new InvalidNetworkException(
            "a batch norm's epsilon lies in (0, 1], found " + epsilon);
      }
      if (!(momentum > 0 && momentum <= 1)) {
        throw new InvalidNetworkException(
            "a batch norm's momentum lies in (0, 1], found " + momentum);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A function of every value. */
  record Activation(Function function) implements Layer {

    /**
     * The function f.
     *
     * @param kind what it does
     * @param slope of the negative side of a leaky ReLU, in (0, 1); 0 for the others
     */
    public record Function(Kind kind, float slope) {
      public Function {
        boolean valid = kind == Kind.LEAKY_RELU ? slope > 0 && slope < 1 : slope == 0;
        if (!valid) {
          throw new InvalidNetworkException(
              "the slope lies in (0, 1) for leaky-relu and is 0 for others, found "
                  + slope
                  + " for "
                  + kind);
        }
      }
    }

    /** Kinds of functions. */
    public enum Kind {
      /** max(0, x). */
      RELU,
      /** min(6, max(0, x)). */
      RELU6,
      /** x where x is greater than 0, else slope * x. */
      LEAKY_RELU
    }

    /** max(0, x). */
    public static final Activation RELU = new Activation(new Function(Kind.RELU, 0));

    /** min(6, max(0, x)). */
    public static final Activation RELU6 = new Activation(new Function(Kind.RELU6, 0));

    /** x where x is greater than 0, else slope * x. */
    public static Activation leakyRelu(float slope) {
      return new Activation(new Function(Kind.LEAKY_RELU, slope));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The maximum or the mean of every window.
   *
   * @param kind which of them
   * @param window what it looks at
   */
  record Pool(Kind kind, Window window) implements Layer {

    /** What becomes of a window. */
    public enum Kind {
      /** The largest value; padding does not count. */
      MAXIMUM,
      /** The mean of the values without the padding. */
      MEAN,
      /** The mean of the values and the padding, which is 0. */
      MEAN_WITH_PADDING
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The maximum or the mean of all positions of a channel; output {@code (batch, channels, 1, 1)}.
   */
  record GlobalPool(Kind kind) implements Layer {

    /** What becomes of a channel. */
    public enum Kind {
      MAXIMUM,
      MEAN
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Sum of two tensors of one shape; ReLU follows where {@code relu}. */
  record Sum(boolean relu) implements Layer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** The channels of two or more tensors one after the other. */
  record Merge() implements Layer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Rows and columns of zeros around a tensor. */
  record ZeroPadding(int top, int bottom, int left, int right) implements Layer {
    public ZeroPadding {
      Window.requirePadding(top, bottom, left, right);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * In training, sets every value to 0 by chance and divides the others by the chance to stay; in
   * use, leaves them alone.
   *
   * @param rate chance of a value to become 0, in (0, 1)
   */
  record Dropout(double rate) implements Layer {
    public Dropout {
      if (!(rate > 0 && rate < 1)) {
        throw new InvalidNetworkException("a dropout's rate lies in (0, 1), found " + rate);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A full connection of all values of its input, in the order of channel, row and column, as a
   * flattened tensor has them; weight {@code (outputs, in)}, or {@code (outputs, in, height,
   * width)} where its input has more than one position; bias {@code (outputs)}; output {@code
   * (batch, outputs, 1, 1)}.
   *
   * @param outputs number of outputs, at least 1
   * @param bias whether a number is added to each output
   */
  record Linear(int outputs, boolean bias) implements Layer {
    public Linear {
      requireOutputs(outputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  private static void requireOutputs(int outputs) {
    if (outputs < 1) {
      throw new InvalidNetworkException("at least 1 output channel is needed, found " + outputs);
    }
  }
}
