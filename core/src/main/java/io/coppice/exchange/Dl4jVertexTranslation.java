package io.coppice.exchange;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.exchange.Dl4jWeights.Ordering;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns one vertex into nodes of our network: what is one layer in Deeplearning4j (dropout,
 * padding, product, activation) is several here, and ReLU behind a batch norm or a sum that nobody
 * else reads is part of it.
 */
final class Dl4jVertexTranslation implements Dl4jLayer.Visitor<Dl4jVertexTranslation.Output> {

  /** What axes the output of a vertex has in Deeplearning4j. */
  enum Axes {
    /** Channels, rows and columns. */
    SPATIAL,
    /** A single one. */
    FLAT,
    /** Those that whoever reads it expects: no configuration says whether images are flat. */
    OPEN;

    boolean agreesWith(Axes other) {
      return this == other || this == OPEN || other == OPEN;
    }
  }

  /**
   * What a vertex gives.
   *
   * @param node the node of our network
   */
  record Output(int node, Axes axes) {}

  /**
   * What a window sees.
   *
   * @param node the tensor that it moves over
   */
  private record Seen(int node, Window window) {}

  private final Dl4jVertex vertex;
  private final List<Output> inputs;
  private final Dl4jDraft draft;
  private final ReluFusion fusion;

  /**
   * @param inputs what the vertex reads, reshaped by its preprocessor
   */
  Dl4jVertexTranslation(
      Dl4jVertex vertex, List<Output> inputs, Dl4jDraft draft, ReluFusion fusion) {
    this.vertex = vertex;
    this.inputs = inputs;
    this.draft = draft;
    this.fusion = fusion;
  }

  private Output only() {
    return inputs.get(0);
  }

  private int add(Layer layer, int input) {
    return draft.add(vertex.name(), layer, input);
  }

  private static Output withRowsAndColumns(int node) {
    return new Output(node, Axes.SPATIAL);
  }

  /** The only input, which has rows and columns. */
  private int spatial() {
    if (only().axes() == Axes.FLAT) {
      throw new InvalidNetworkException(
          "needs rows and columns, and reads flat values; put a FeedForwardToCnnPreProcessor"
              + " before it");
    }
    return only().node();
  }

  private int dropped(int node, double rate) {
    return rate == 0 ? node : draft.addBeside(vertex, "dropout", new Layer.Dropout(rate), node);
  }

  private Output activated(Output input, Layer.Activation.@Nullable Function function) {
    return function == null
        ? input
        : new Output(
            draft.addBeside(vertex, "activation", new Layer.Activation(function), input.node()),
            input.axes());
  }

  private void requireInputs(int expected, int found, String what) {
    if (expected != found) {
      throw new InvalidNetworkException(
          "its weights are for "
              + expected
              + " input "
              + what
              + ", found "
              + found
              + " of "
              + vertex.inputs().get(0)
              + (vertex.inputs().contains(draft.imageName())
                  ? "; the images have " + draft.shape(draft.image()) + " (channels, rows, columns)"
                  : ""));
    }
  }

  /** What a convolution reads once values are dropped. */
  private int convolved(Dl4jLayer.Surroundings around) {
    int input = dropped(spatial(), around.dropout());
    requireInputs(around.inputs(), draft.shape(input).channels(), "channels");
    return input;
  }

  /** A window for which padding is 0 like any other: where it may see nothing else, a layer. */
  private Seen seen(int input, Dl4jWindow window) {
    if (!window.mayLieInPadding()) {
      return new Seen(input, window.over(draft.shape(input)));
    }
    int rows = window.padding()[0];
    int columns = window.padding()[1];
    int padded =
        draft.addBeside(
            vertex, "padding", new Layer.ZeroPadding(rows, rows, columns, columns), input);
    return new Seen(padded, window.unpadded().over(draft.shape(padded)));
  }

  @Override
  public Output visit(Dl4jLayer.Convolution layer) {
    Seen seen = seen(convolved(layer.around()), layer.window());
    int node =
        add(new Layer.Convolution(layer.outputs(), seen.window(), layer.bias()), seen.node());
    if (layer.bias()) {
      draft.expect(node, Kind.BIAS);
    }
    draft.expect(node, Kind.WEIGHT);
    return activated(withRowsAndColumns(node), layer.around().activation());
  }

  @Override
  public Output visit(Dl4jLayer.Depthwise layer) {
    int input = convolved(layer.around());
    int channels = draft.shape(input).channels();
    if ((long) channels * layer.multiplier() != layer.outputs()) {
      throw new InvalidNetworkException(
          layer.outputs()
              + " output channels are not "
              + layer.multiplier()
              + " for each of "
              + channels);
    }
    Seen seen = seen(input, layer.window());
    int node =
        add(
            new Layer.DepthwiseConvolution(layer.multiplier(), seen.window(), layer.bias()),
            seen.node());
    if (layer.bias()) {
      draft.expect(node, Kind.BIAS);
    }
    draft.expect(node, Kind.WEIGHT, Ordering.KERNEL_FIRST, layer.multiplier());
    return activated(withRowsAndColumns(node), layer.around().activation());
  }

  @Override
  public Output visit(Dl4jLayer.Separable layer) {
    Seen seen = seen(convolved(layer.around()), layer.window());
    int depthwise =
        draft.addBeside(
            vertex,
            "depthwise",
            new Layer.DepthwiseConvolution(layer.multiplier(), seen.window(), false),
            seen.node());
    int node =
        add(
            new Layer.Convolution(layer.outputs(), Window.square(1, 1, 0), layer.bias()),
            depthwise);
    if (layer.bias()) {
      draft.expect(node, Kind.BIAS);
    }
    draft.expect(depthwise, Kind.WEIGHT, Ordering.MULTIPLIER_FIRST, layer.multiplier());
    draft.expect(node, Kind.WEIGHT);
    return activated(withRowsAndColumns(node), layer.around().activation());
  }

  @Override
  public Output visit(Dl4jLayer.Norm layer) {
    Shape shape = draft.shape(only().node());
    if (only().axes() == Axes.FLAT && shape.area() > 1) {
      throw new InvalidNetworkException(
          "a batch norm of flattened values is not known; put it before the flattening");
    }
    requireInputs(layer.channels(), shape.channels(), "channels");
    int node =
        add(
            new Layer.BatchNorm(
                fusion.fuseInto(vertex), (float) layer.epsilon(), (float) (1 - layer.decay())),
            only().node());
    draft.expect(node, Kind.SCALE);
    draft.expect(node, Kind.SHIFT);
    draft.expect(node, Kind.MEAN);
    draft.expect(
        node, Kind.VARIANCE, layer.logDeviation() ? Ordering.LOG_DEVIATION : Ordering.SAME, 1);
    return new Output(node, shape.area() > 1 ? Axes.SPATIAL : only().axes());
  }

  @Override
  public Output visit(Dl4jLayer.Activation layer) {
    return layer.function() == null
        ? only()
        : new Output(add(new Layer.Activation(layer.function()), only().node()), only().axes());
  }

  @Override
  public Output visit(Dl4jLayer.Pool layer) {
    int input = spatial();
    Seen seen =
        layer.kind() == Layer.Pool.Kind.MEAN_WITH_PADDING
            ? seen(input, layer.window())
            : new Seen(input, layer.window().over(draft.shape(input)));
    return withRowsAndColumns(add(new Layer.Pool(layer.kind(), seen.window()), seen.node()));
  }

  @Override
  public Output visit(Dl4jLayer.GlobalPool layer) {
    int node = add(new Layer.GlobalPool(layer.kind()), spatial());
    return new Output(node, layer.flat() ? Axes.FLAT : Axes.SPATIAL);
  }

  @Override
  public Output visit(Dl4jLayer.ZeroPadding layer) {
    int[] sides = layer.sides();
    return withRowsAndColumns(
        add(new Layer.ZeroPadding(sides[0], sides[1], sides[2], sides[3]), spatial()));
  }

  @Override
  public Output visit(Dl4jLayer.Dropout layer) {
    return layer.rate() == 0
        ? only()
        : new Output(add(new Layer.Dropout(layer.rate()), only().node()), only().axes());
  }

  @Override
  public Output visit(Dl4jLayer.Dense layer) {
    Shape shape = draft.shape(only().node());
    if (only().axes() == Axes.SPATIAL) {
      throw new InvalidNetworkException(
          "reads "
              + shape
              + ", which is not flattened; put a CnnToFeedForwardPreProcessor before it");
    }
    requireInputs(layer.around().inputs(), shape.size(), "values");
    int input = dropped(only().node(), layer.around().dropout());
    int node = add(new Layer.Linear(layer.outputs(), layer.bias()), input);
    draft.expect(node, Kind.WEIGHT);
    if (layer.bias()) {
      draft.expect(node, Kind.BIAS);
    }
    return activated(new Output(node, Axes.FLAT), layer.around().activation());
  }

  @Override
  public Output visit(Dl4jLayer.Loss layer) {
    Shape shape = draft.shape(only().node());
    if (shape.area() != 1 || only().node() == draft.image()) {
      throw new InvalidNetworkException("reads " + shape + ", expected one value for each class");
    }
    return only();
  }

  @Override
  public Output visit(Dl4jLayer.Add layer) {
    Axes axes = joined("an add");
    boolean relu = inputs.size() > 1 && fusion.fuseInto(vertex);
    int sum = only().node();
    int last = inputs.size() - 1;
    for (int i = 1; i < last; i++) {
      sum = draft.addBeside(vertex, "part" + i, new Layer.Sum(false), sum, inputs.get(i).node());
    }
    if (last > 0) {
      sum = draft.add(vertex.name(), new Layer.Sum(relu), sum, inputs.get(last).node());
    }
    return new Output(sum, axes);
  }

  @Override
  public Output visit(Dl4jLayer.Merge layer) {
    Axes axes = joined("a merge");
    if (inputs.size() == 1) {
      return only();
    }
    Integer[] nodes = inputs.stream().map(Output::node).toArray(Integer[]::new);
    return new Output(draft.add(vertex.name(), new Layer.Merge(), nodes), axes);
  }

  /** Passes on what it reads, because the preprocessor's view is taken already. */
  @Override
  public Output visit(Dl4jLayer.Reshape layer) {
    return only();
  }

  /** The axes of all inputs, which are to be alike. */
  private Axes joined(String what) {
    Shape first = draft.shape(only().node());
    Axes axes = only().axes();
    for (Output input : inputs) {
      Shape shape = draft.shape(input.node());
      boolean alike =
          axes.agreesWith(input.axes())
              && shape.height() == first.height()
              && shape.width() == first.width();
      if (!alike) {
        throw new InvalidNetworkException(
            what
                + " of "
                + (axes == Axes.FLAT ? "flattened " : "")
                + first
                + " and "
                + (input.axes() == Axes.FLAT ? "flattened " : "")
                + shape
                + " is not known");
      }
      axes = axes == Axes.OPEN ? input.axes() : axes;
    }
    return axes;
  }
}
