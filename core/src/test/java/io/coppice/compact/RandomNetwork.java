package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.random.CounterRandom;

/** A small network of any layers in any order that fit. */
public final class RandomNetwork {

  private final CounterRandom random;
  private final NetworkBuilder builder;
  private int last;
  private int layers;

  private RandomNetwork(CounterRandom random, Shape image) {
    this.random = random;
    this.builder = new NetworkBuilder("random", image);
    this.last = builder.input();
  }

  /** Draws one. */
  public static Network draw(CounterRandom random) {
    Shape image = new Shape(1 + random.nextInt(4), 4 + random.nextInt(6), 4 + random.nextInt(6));
    RandomNetwork network = new RandomNetwork(random, image);
    int steps = 3 + random.nextInt(7);
    for (int step = 0; step < steps; step++) {
      network.step();
    }
    return network.end(2 + random.nextInt(5));
  }

  private boolean chance(int outOf) {
    return random.nextInt(outOf) == 0;
  }

  private int add(Layer layer, Integer... inputs) {
    return builder.add("layer" + layers++, layer, inputs);
  }

  private Window window() {
    Shape shape = builder.shape(last);
    int height = 1 + random.nextInt(Math.min(4, shape.height()));
    int width = 1 + random.nextInt(Math.min(4, shape.width()));
    return new Window(
        height,
        width,
        1 + random.nextInt(2),
        1 + random.nextInt(2),
        random.nextInt(height),
        random.nextInt(height),
        random.nextInt(width),
        random.nextInt(width));
  }

  private Window same() {
    Shape shape = builder.shape(last);
    int side = shape.height() > 2 && shape.width() > 2 && random.nextBoolean() ? 3 : 1;
    return Window.square(side, 1, side / 2);
  }

  private Layer convolution(int outputs, Window window) {
    return new Layer.Convolution(outputs, window, random.nextBoolean());
  }

  private int convolved(int input) {
    int convolution = add(convolution(1 + random.nextInt(20), same()), input);
    return random.nextBoolean() ? convolution : add(norm(), convolution);
  }

  private Layer norm() {
    return new Layer.BatchNorm(random.nextBoolean(), chance(2) ? 1e-5f : 1e-3f, 0.1f);
  }

  private void step() {
    switch (random.nextInt(10)) {
      case 0, 1 -> last = add(convolution(1 + random.nextInt(20), window()), last);
      case 2 -> last = add(norm(), last);
      case 3 ->
          last =
              add(new Layer.DepthwiseConvolution(1 + random.nextInt(2), window(), chance(2)), last);
      case 4 ->
          last =
              add(
                  switch (random.nextInt(3)) {
                    case 0 -> Layer.Activation.RELU;
                    case 1 -> Layer.Activation.RELU6;
                    default -> Layer.Activation.leakyRelu(0.1f);
                  },
                  last);
      case 5 ->
          last = add(new Layer.Pool(Layer.Pool.Kind.values()[random.nextInt(3)], window()), last);
      case 6 ->
          last =
              add(
                  new Layer.ZeroPadding(
                      random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2)),
                  last);
      case 7 -> last = add(new Layer.Dropout(0.2), last);
      case 8 -> sum();
      default -> merge();
    }
  }

  /** A residual block; the convolution before it makes one part of a merge. */
  private void sum() {
    int stream = convolved(last);
    last = stream;
    int branch = add(convolution(builder.shape(last).channels(), same()), last);
    last = add(new Layer.Sum(random.nextBoolean()), branch, stream);
  }

  /** An Inception block. */
  private void merge() {
    int left = convolved(last);
    last =
        switch (random.nextInt(3)) {
          case 0 -> add(new Layer.Merge(), left, convolved(last));
          case 1 -> add(new Layer.Merge(), left, last);
          default -> add(new Layer.Merge(), convolved(last), left, convolved(last));
        };
  }

  private Network end(int classes) {
    int kind = random.nextInt(4);
    if (kind == 0) {
      last = add(convolution(classes, Window.square(1, 1, 0)), last);
      add(new Layer.GlobalPool(Layer.GlobalPool.Kind.MEAN), last);
      return builder.build();
    }
    if (kind == 1) {
      last = add(new Layer.GlobalPool(Layer.GlobalPool.Kind.values()[random.nextInt(2)]), last);
    }
    if (kind == 2) {
      last = add(new Layer.Linear(1 + random.nextInt(20), random.nextBoolean()), last);
      last = add(Layer.Activation.RELU, last);
    }
    add(new Layer.Linear(classes, random.nextBoolean()), last);
    return builder.build();
  }
}
