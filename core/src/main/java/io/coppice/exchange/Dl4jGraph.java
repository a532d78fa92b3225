package io.coppice.exchange;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.exchange.Dl4jWeights.Ordering;
import io.coppice.exchange.Dl4jWeights.Part;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds our network of a Deeplearning4j one: what is one layer there (dropout, padding, product,
 * activation) are several here, and ReLU behind a batch norm or a sum that nobody else reads is
 * part of it.
 *
 * <p>Flattened values stay the tensor that they were made of, because a linear layer reads them in
 * the same order; only layers that need their own axis for them are refused.
 */
final class Dl4jGraph {

  /**
   * What a vertex gives.
   *
   * @param node the node of our network
   * @param flat whether it has but one axis there
   */
  private record Output(int node, boolean flat) {}

  private final Dl4jDefinition definition;
  private final NetworkBuilder builder;
  private final Map<String, Output> outputs = new HashMap<>();
  private final Map<String, List<Dl4jVertex>> readers = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> fused = new HashSet<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param name of the network
   * @param image shape of an image, which no configuration says
   */
  Dl4jGraph(String name, Dl4jDefinition definition, Shape image) {
    this.definition = definition;
    this.builder = new NetworkBuilder(name, definition.input(), image);
    names.add(definition.input());
    for (Dl4jVertex vertex : definition.vertices()) {
      names.add(vertex.name());
      for (String input : vertex.inputs()) {
        readers.computeIfAbsent(input, unused -> new ArrayList<>()).add(vertex);
      }
    }
    outputs.put(definition.input(), new Output(builder.input(), false));
  }

  /** Where the values of Deeplearning4j's vector of weights belong; known once it is built. */
  List<Part> parts() {
    return parts;
  }

  /**
   * Builds the network.
   *
   * @throws InvalidNetworkException with all that does not fit
   */
  Network build() {
    for (Dl4jVertex vertex : definition.vertices()) {
      if (!outputs.keySet().containsAll(vertex.inputs())) {
        continue; // What it reads is refused already.
      }
      try {
        outputs.put(vertex.name(), output(vertex));
      } catch (InvalidNetworkException e) {
        String message = String.valueOf(e.getMessage());
        problems.add(message.startsWith(vertex.name()) ? message : vertex.name() + ": " + message);
      }
    }
    if (!problems.isEmpty()) {
      throw Dl4jDefinitionReader.refusal(problems);
    }
    return builder.build();
  }

  private Output output(Dl4jVertex vertex) {
    List<Output> inputs = new ArrayList<>();
    for (String input : vertex.inputs()) {
      Output output = outputs.get(input);
      if (output != null) {
        inputs.add(vertex.view() == null ? output : viewed(output, vertex.view()));
      }
    }
    boolean isOutput = vertex.name().equals(definition.output());
    boolean classifies =
        vertex.layer() instanceof Dl4jLayer.Loss
            || vertex.layer() instanceof Dl4jLayer.Dense dense && dense.classifier();
    if (isOutput != classifies) {
      throw new InvalidNetworkException(
          isOutput
              ? "the output is an OutputLayer or LossLayer with softmax and MCXENT"
              : "an OutputLayer or LossLayer that is not the output is not known");
    }
    if (fused.contains(vertex.name())) {
      return inputs.get(0);
    }
    return new Translation(vertex, inputs).translate();
  }

  private Output viewed(Output output, Dl4jVertex.View view) {
    Shape found = builder.shape(output.node());
    boolean same =
        view.channels() == found.channels()
            && view.height() == found.height()
            && view.width() == found.width();
    if (!same && !view.isOpen()) {
      throw new InvalidNetworkException(
          "its preprocessor expects "
              + view.channels()
              + "x"
              + view.height()
              + "x"
              + view.width()
              + ", found "
              + found
              + " (channels, rows, columns); are the images of another size?");
    }
    return new Output(output.node(), view.flat());
  }

  /** Turns one vertex into nodes. */
  private final class Translation {
    private final Dl4jVertex vertex;
    private final List<Output> inputs;

    Translation(Dl4jVertex vertex, List<Output> inputs) {
      this.vertex = vertex;
      this.inputs = inputs;
    }

    Output translate() {
      Dl4jLayer layer = vertex.layer();
      if (layer instanceof Dl4jLayer.Convolution convolution) {
        return convolution(convolution);
      } else if (layer instanceof Dl4jLayer.Depthwise depthwise) {
        return depthwise(depthwise);
      } else if (layer instanceof Dl4jLayer.Separable separable) {
        return separable(separable);
      } else if (layer instanceof Dl4jLayer.Norm norm) {
        return norm(norm);
      } else if (layer instanceof Dl4jLayer.Activation activation) {
        return activated(only(), vertex.name(), activation.function());
      } else if (layer instanceof Dl4jLayer.Pool pool) {
        return pool(pool);
      } else if (layer instanceof Dl4jLayer.GlobalPool pool) {
        return new Output(
            add(vertex.name(), new Layer.GlobalPool(pool.kind()), spatial()), pool.flat());
      } else if (layer instanceof Dl4jLayer.ZeroPadding padding) {
        int[] s = padding.sides();
        return unflat(add(vertex.name(), new Layer.ZeroPadding(s[0], s[1], s[2], s[3]), spatial()));
      } else if (layer instanceof Dl4jLayer.Dropout dropout) {
        return new Output(dropped(only().node(), vertex.name(), dropout.rate()), only().flat());
      } else if (layer instanceof Dl4jLayer.Dense dense) {
        return dense(dense);
      } else if (layer instanceof Dl4jLayer.Loss) {
        return loss();
      } else if (layer instanceof Dl4jLayer.Add) {
        return sum();
      } else if (layer instanceof Dl4jLayer.Merge) {
        return merge();
      }
      return only(); // A preprocessor alone, whose view is taken already.
    }

    private Output only() {
      return inputs.get(0);
    }

    private int add(String name, Layer layer, int input) {
      return builder.add(name, layer, List.of(input));
    }

    private Output unflat(int node) {
      return new Output(node, false);
    }

    /** The only input, which has rows and columns. */
    private int spatial() {
      if (only().flat()) {
        throw new InvalidNetworkException(
            "needs rows and columns, and reads flat values; put a FeedForwardToCnnPreProcessor"
                + " before it");
      }
      return only().node();
    }

    /** A name for a node beside the vertex's own. */
    private String besides(String what) {
      String name = vertex.name() + "." + what;
      while (!names.add(name)) {
        name += "_";
      }
      return name;
    }

    private int dropped(int node, double rate) {
      return rate == 0 ? node : dropped(node, besides("dropout"), rate);
    }

    private int dropped(int node, String name, double rate) {
      return rate == 0 ? node : add(name, new Layer.Dropout(rate), node);
    }

    private Output activated(
        Output input, String name, Layer.Activation.@Nullable Function function) {
      return function == null
          ? input
          : new Output(add(name, new Layer.Activation(function), input.node()), input.flat());
    }

    private Output activated(Output input, Layer.Activation.@Nullable Function function) {
      return function == null ? input : activated(input, besides("activation"), function);
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
                + (vertex.inputs().contains(definition.input())
                    ? "; the images have " + builder.shape(0) + " (channels, rows, columns)"
                    : ""));
      }
    }

    private void expect(int node, Kind kind, Ordering ordering, int multiplier) {
      parts.add(new Part(node, kind, ordering, multiplier));
    }

    private void expect(int node, Kind kind) {
      expect(node, kind, Ordering.SAME, 1);
    }

    private Output convolution(Dl4jLayer.Convolution layer) {
      int input = dropped(spatial(), layer.around().dropout());
      requireInputs(layer.around().inputs(), builder.shape(input).channels(), "channels");
      input = zeroPadded(input, layer.window());
      Window window = window(layer.window(), input);
      int node =
          add(vertex.name(), new Layer.Convolution(layer.outputs(), window, layer.bias()), input);
      if (layer.bias()) {
        expect(node, Kind.BIAS);
      }
      expect(node, Kind.WEIGHT);
      return activated(unflat(node), layer.around().activation());
    }

    private Output depthwise(Dl4jLayer.Depthwise layer) {
      int input = dropped(spatial(), layer.around().dropout());
      int channels = builder.shape(input).channels();
      requireInputs(layer.around().inputs(), channels, "channels");
      if ((long) channels * layer.multiplier() != layer.outputs()) {
        throw new InvalidNetworkException(
            layer.outputs()
                + " output channels are not "
                + layer.multiplier()
                + " for each of "
                + channels);
      }
      input = zeroPadded(input, layer.window());
      Window window = window(layer.window(), input);
      int node =
          add(
              vertex.name(),
              new Layer.DepthwiseConvolution(layer.multiplier(), window, layer.bias()),
              input);
      if (layer.bias()) {
        expect(node, Kind.BIAS);
      }
      expect(node, Kind.WEIGHT, Ordering.KERNEL_FIRST, layer.multiplier());
      return activated(unflat(node), layer.around().activation());
    }

    private Output separable(Dl4jLayer.Separable layer) {
      int input = dropped(spatial(), layer.around().dropout());
      requireInputs(layer.around().inputs(), builder.shape(input).channels(), "channels");
      input = zeroPadded(input, layer.window());
      Window window = window(layer.window(), input);
      int depthwise =
          add(
              besides("depthwise"),
              new Layer.DepthwiseConvolution(layer.multiplier(), window, false),
              input);
      int node =
          add(
              vertex.name(),
              new Layer.Convolution(layer.outputs(), Window.square(1, 1, 0), layer.bias()),
              depthwise);
      if (layer.bias()) {
        expect(node, Kind.BIAS);
      }
      expect(depthwise, Kind.WEIGHT, Ordering.MULTIPLIER_FIRST, layer.multiplier());
      expect(node, Kind.WEIGHT);
      return activated(unflat(node), layer.around().activation());
    }

    private Output norm(Dl4jLayer.Norm layer) {
      Shape shape = builder.shape(only().node());
      if (only().flat() && shape.area() > 1) {
        throw new InvalidNetworkException(
            "a batch norm of flattened values is not known; put it before the flattening");
      }
      requireInputs(layer.channels(), shape.channels(), "channels");
      int node =
          add(
              vertex.name(),
              new Layer.BatchNorm(
                  reluFollows(), (float) layer.epsilon(), (float) (1 - layer.decay())),
              only().node());
      expect(node, Kind.SCALE);
      expect(node, Kind.SHIFT);
      expect(node, Kind.MEAN);
      expect(node, Kind.VARIANCE, layer.logDeviation() ? Ordering.LOG_DEVIATION : Ordering.SAME, 1);
      return new Output(node, only().flat());
    }

    /** Whether the only reader is ReLU, which is then not built by itself. */
    private boolean reluFollows() {
      List<Dl4jVertex> following = readers.getOrDefault(vertex.name(), List.of());
      if (following.size() == 1 && following.get(0).layer().isRelu()) {
        fused.add(following.get(0).name());
        return true;
      }
      return false;
    }

    private Output pool(Dl4jLayer.Pool layer) {
      int input = spatial();
      if (layer.kind() == Layer.Pool.Kind.MEAN_WITH_PADDING) {
        input = zeroPadded(input, layer.window());
      }
      return unflat(
          add(vertex.name(), new Layer.Pool(layer.kind(), window(layer.window(), input)), input));
    }

    private Output dense(Dl4jLayer.Dense layer) {
      Shape shape = builder.shape(only().node());
      if (!only().flat() && only().node() != builder.input()) {
        throw new InvalidNetworkException(
            "reads "
                + shape
                + ", which is not flattened; put a CnnToFeedForwardPreProcessor before it");
      }
      requireInputs(layer.around().inputs(), shape.size(), "values");
      int input = dropped(only().node(), layer.around().dropout());
      int node = add(vertex.name(), new Layer.Linear(layer.outputs(), layer.bias()), input);
      expect(node, Kind.WEIGHT);
      if (layer.bias()) {
        expect(node, Kind.BIAS);
      }
      return activated(new Output(node, true), layer.around().activation());
    }

    private Output loss() {
      Shape shape = builder.shape(only().node());
      if (shape.area() != 1 || only().node() == builder.input()) {
        throw new InvalidNetworkException("reads " + shape + ", expected one value for each class");
      }
      return only();
    }

    private Output sum() {
      requireAlike("an add");
      boolean relu = inputs.size() > 1 && reluFollows();
      int sum = only().node();
      for (int i = 1; i < inputs.size(); i++) {
        boolean last = i == inputs.size() - 1;
        String name = last ? vertex.name() : besides("part" + i);
        sum = builder.add(name, new Layer.Sum(last && relu), List.of(sum, inputs.get(i).node()));
      }
      return new Output(sum, only().flat());
    }

    private Output merge() {
      requireAlike("a merge");
      if (inputs.size() == 1) {
        return only();
      }
      List<Integer> nodes = inputs.stream().map(Output::node).toList();
      return new Output(builder.add(vertex.name(), new Layer.Merge(), nodes), only().flat());
    }

    private void requireAlike(String what) {
      Shape first = builder.shape(only().node());
      for (Output input : inputs) {
        Shape shape = builder.shape(input.node());
        boolean alike =
            input.flat() == only().flat()
                && shape.height() == first.height()
                && shape.width() == first.width();
        if (!alike) {
          throw new InvalidNetworkException(
              what
                  + " of "
                  + (only().flat() ? "flattened " : "")
                  + first
                  + " and "
                  + (input.flat() ? "flattened " : "")
                  + shape
                  + " is not known");
        }
      }
    }

    /** Padding as wide as the window goes before it, where windows of nothing but zeros may be. */
    private int zeroPadded(int input, Dl4jLayer.Window window) {
      if (window.mode() == Dl4jLayer.PaddingMode.SAME || !isPaddedByItself(window)) {
        return input;
      }
      int rows = window.padding()[0];
      int columns = window.padding()[1];
      return add(besides("padding"), new Layer.ZeroPadding(rows, rows, columns, columns), input);
    }

    private boolean isPaddedByItself(Dl4jLayer.Window window) {
      return window.padding()[0] >= window.kernel()[0] || window.padding()[1] >= window.kernel()[1];
    }

    private Window window(Dl4jLayer.Window window, int input) {
      Shape shape = builder.shape(input);
      int[] sides = {shape.height(), shape.width()};
      int[] before = new int[2];
      int[] after = new int[2];
      for (int axis = 0; axis < 2; axis++) {
        int kernel = window.kernel()[axis];
        int stride = window.stride()[axis];
        boolean apart =
            isPaddedByItself(window)
                && !(vertex.layer() instanceof Dl4jLayer.Pool pool
                    && pool.kind() != Layer.Pool.Kind.MEAN_WITH_PADDING);
        int padding = apart ? 0 : window.padding()[axis];
        switch (window.mode()) {
          case SAME -> {
            int outputs = -Math.floorDiv(-sides[axis], Math.max(1, stride));
            int all = Math.max(0, (outputs - 1) * stride + kernel - sides[axis]);
            before[axis] = all / 2;
            after[axis] = all - all / 2;
          }
          case TRUNCATE, STRICT -> {
            before[axis] = padding;
            after[axis] = padding;
          }
        }
        int rest = sides[axis] + before[axis] + after[axis] - kernel;
        if (window.mode() == Dl4jLayer.PaddingMode.STRICT && stride > 0 && rest % stride != 0) {
          throw new InvalidNetworkException(
              "convolutionMode Strict needs windows that fill "
                  + shape
                  + " exactly; a kernel of "
                  + kernel
                  + " moved by "
                  + stride
                  + " does not");
        }
      }
      return new Window(
          window.kernel()[0],
          window.kernel()[1],
          window.stride()[0],
          window.stride()[1],
          before[0],
          after[0],
          before[1],
          after[1]);
    }
  }
}
