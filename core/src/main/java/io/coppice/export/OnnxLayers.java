package io.coppice.export;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.export.OnnxGraph.Int;
import io.coppice.export.OnnxGraph.Ints;
import io.coppice.export.OnnxGraph.Real;
import io.coppice.model.CompactModel;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds the layers of a model without empty groups to a graph of ONNX, from raw pixels to
 * probabilities.
 */
final class OnnxLayers implements Layer.Visitor<OnnxLayers.Output> {

  /**
   * What stands for a node's output.
   *
   * @param tensor its name
   * @param flat whether it is {@code (batch, channels)}, as linear layers give it
   */
  record Output(String tensor, boolean flat) {}

  private final CompactModel model;
  private final Network network;
  private final OnnxGraph graph;
  private final List<Output> outputs = new ArrayList<>();
  private Node node;

  OnnxLayers(CompactModel model, OnnxGraph graph) {
    this.model = model;
    this.network = model.network();
    this.graph = graph;
    this.node = network.node(0);
  }

  void addAll() {
    String logits = graph.name(OnnxExporter.LOGITS);
    String probabilities = graph.name(OnnxExporter.PROBABILITIES);
    for (Node each : network.nodes()) {
      node = each;
      outputs.add(each.layer().accept(this));
    }
    Output last = outputs.get(outputs.size() - 1);
    graph.add("Flatten", logits, List.of(last.tensor()), new Int("axis", 1));
    graph.add("Softmax", probabilities, List.of(logits), new Int("axis", 1));
    graph.output(probabilities, "probability of every class", network.classes());
    graph.output(logits, "the network's output", network.classes());
  }

  private Output source() {
    return outputs.get(node.input());
  }

  private String named(String suffix) {
    return graph.name(node.name() + suffix);
  }

  /** The name of an output with rows and columns. */
  private String spatial(int index) {
    Output output = outputs.get(index);
    return output.flat()
        ? graph.add(
            "Unsqueeze",
            graph.name(output.tensor() + ".spatial"),
            List.of(output.tensor(), graph.constant(output.tensor() + ".axes", 2L, 3L)))
        : output.tensor();
  }

  private String withRelu(String tensor, boolean relu) {
    return relu ? graph.add("Relu", graph.name(tensor + ".relu"), List.of(tensor)) : tensor;
  }

  /** The only batch norm that reads a node, where nothing else does; its work is folded in. */
  private static int foldedNorm(Network network, int index) {
    int found = -1;
    for (Node reader : network.nodes()) {
      if (reader.inputs().contains(index)) {
        if (found >= 0 || !(reader.layer() instanceof Layer.BatchNorm)) {
          return -1;
        }
        found = reader.index();
      }
    }
    return found;
  }

  private boolean isFolded(Node norm) {
    Layer before = network.node(norm.input()).layer();
    return (before instanceof Layer.Convolution
            || before instanceof Layer.DepthwiseConvolution
            || before instanceof Layer.Linear)
        && foldedNorm(network, norm.input()) >= 0;
  }

  /** Names of weights and bias, those of a batch norm behind the node folded in. */
  private List<String> weights(boolean bias, int... shape) {
    int channels = shape[0];
    int folded = foldedNorm(network, node.index());
    Affine affine = Affine.identity(channels);
    if (folded >= 0 && network.node(folded).layer() instanceof Layer.BatchNorm norm) {
      affine = Affine.of(model, network.node(folded), norm);
    }
    float[] ofNode = model.values(node.index(), Kind.WEIGHT);
    List<String> names = new ArrayList<>();
    names.add(graph.constant(node.name() + ".weight", affine.weights(ofNode), shape));
    if (bias || folded >= 0) {
      float[] summands = bias ? model.values(node.index(), Kind.BIAS) : new float[channels];
      names.add(graph.constant(node.name() + ".bias", affine.bias(summands), channels));
    }
    return names;
  }

  private static List<String> with(String first, List<String> others) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(others);
    return all;
  }

  private OnnxGraph.Attribute[] attributes(Window window, OnnxGraph.Attribute... others) {
    List<OnnxGraph.Attribute> attributes = new ArrayList<>(List.of(others));
    attributes.add(new Ints("kernel_shape", window.height(), window.width()));
    attributes.add(new Ints("strides", window.strideHeight(), window.strideWidth()));
    attributes.add(new Ints("pads", window.top(), window.left(), window.bottom(), window.right()));
    return attributes.toArray(new OnnxGraph.Attribute[0]);
  }

  private Output convolved(Window window, boolean bias, int inputsOfEach, int groups) {
    return new Output(
        graph.add(
            "Conv",
            named(""),
            with(
                spatial(node.input()),
                weights(
                    bias,
                    model.compact().channels(node.index()),
                    inputsOfEach,
                    window.height(),
                    window.width())),
            attributes(window, new Int("group", groups))),
        false);
  }

  @Override
  public Output visit(Layer.Input input) {
    Shape shape = input.shape();
    String pixels = graph.name(OnnxExporter.PIXELS);
    graph.input(pixels, "pixels, 0 to 255", shape.channels(), shape.height(), shape.width());
    String mean =
        graph.constant("pixels.mean", model.normalisation().mean(), 1, shape.channels(), 1, 1);
    String deviation =
        graph.constant(
            "pixels.deviation", model.normalisation().deviation(), 1, shape.channels(), 1, 1);
    String centred = graph.add("Sub", graph.name("pixels.centred"), List.of(pixels, mean));
    return new Output(graph.add("Div", named(""), List.of(centred, deviation)), false);
  }

  @Override
  public Output visit(Layer.Convolution convolution) {
    return convolved(
        convolution.window(), convolution.bias(), model.compact().channels(node.input()), 1);
  }

  @Override
  public Output visit(Layer.DepthwiseConvolution convolution) {
    return convolved(
        convolution.window(), convolution.bias(), 1, model.compact().channels(node.input()));
  }

  @Override
  public Output visit(Layer.BatchNorm norm) {
    String tensor = source().tensor();
    if (!isFolded(node)) {
      int channels = model.compact().channels(node.index());
      tensor =
          graph.add(
              "BatchNormalization",
              named(""),
              List.of(
                  tensor,
                  graph.constant(
                      node.name() + ".scale", model.values(node.index(), Kind.SCALE), channels),
                  graph.constant(
                      node.name() + ".shift", model.values(node.index(), Kind.SHIFT), channels),
                  graph.constant(
                      node.name() + ".mean", model.values(node.index(), Kind.MEAN), channels),
                  graph.constant(
                      node.name() + ".variance",
                      model.values(node.index(), Kind.VARIANCE),
                      channels)),
              new Real("epsilon", norm.epsilon()));
    }
    return new Output(withRelu(tensor, norm.relu()), source().flat());
  }

  @Override
  public Output visit(Layer.Activation activation) {
    String tensor = source().tensor();
    String result =
        switch (activation.function().kind()) {
          case RELU -> graph.add("Relu", named(""), List.of(tensor));
          case RELU6 ->
              graph.add(
                  "Clip",
                  named(""),
                  List.of(
                      tensor,
                      graph.constant(node.name() + ".least", new float[] {0}),
                      graph.constant(node.name() + ".most", new float[] {6})));
          case LEAKY_RELU ->
              graph.add(
                  "LeakyRelu",
                  named(""),
                  List.of(tensor),
                  new Real("alpha", activation.function().slope()));
        };
    return new Output(result, source().flat());
  }

  @Override
  public Output visit(Layer.Pool pool) {
    List<String> source = List.of(spatial(node.input()));
    String result =
        switch (pool.kind()) {
          case MAXIMUM -> graph.add("MaxPool", named(""), source, attributes(pool.window()));
          case MEAN ->
              graph.add(
                  "AveragePool",
                  named(""),
                  source,
                  attributes(pool.window(), new Int("count_include_pad", 0)));
          case MEAN_WITH_PADDING ->
              graph.add(
                  "AveragePool",
                  named(""),
                  source,
                  attributes(pool.window(), new Int("count_include_pad", 1)));
        };
    return new Output(result, false);
  }

  @Override
  public Output visit(Layer.GlobalPool pool) {
    if (source().flat()) {
      return source();
    }
    String operator =
        pool.kind() == Layer.GlobalPool.Kind.MEAN ? "GlobalAveragePool" : "GlobalMaxPool";
    return new Output(graph.add(operator, named(""), List.of(source().tensor())), false);
  }

  @Override
  public Output visit(Layer.Sum sum) {
    boolean flat = allFlat();
    return new Output(withRelu(graph.add("Add", named(""), joined(flat)), sum.relu()), flat);
  }

  @Override
  public Output visit(Layer.Merge merge) {
    boolean flat = allFlat();
    return new Output(graph.add("Concat", named(""), joined(flat), new Int("axis", 1)), flat);
  }

  private boolean allFlat() {
    return node.inputs().stream().allMatch(input -> outputs.get(input).flat());
  }

  private List<String> joined(boolean flat) {
    return node.inputs().stream()
        .map(input -> flat ? outputs.get(input).tensor() : spatial(input))
        .toList();
  }

  @Override
  public Output visit(Layer.ZeroPadding padding) {
    String source = spatial(node.input());
    if (isReadByPool(node.index())) {
      return new Output(paddedByConvolution(padding, source), false);
    }
    String pads =
        graph.constant(
            node.name() + ".pads",
            0,
            0,
            padding.top(),
            padding.left(),
            0,
            0,
            padding.bottom(),
            padding.right());
    return new Output(graph.add("Pad", named(""), List.of(source, pads)), false);
  }

  private boolean isReadByPool(int index) {
    return network.nodes().stream()
        .filter(reader -> reader.inputs().contains(index))
        .anyMatch(
            reader ->
                reader.layer() instanceof Layer.Pool
                    || reader.layer() instanceof Layer.Dropout && isReadByPool(reader.index()));
  }

  /**
   * Zeros around a tensor by a convolution that does nothing else. ONNX Runtime joins a padding
   * with the pool behind it, and then refuses the pool where its window is no larger.
   */
  private String paddedByConvolution(Layer.ZeroPadding padding, String source) {
    int channels = model.compact().channels(node.index());
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return graph.add(
        "Conv",
        named(""),
        List.of(source, graph.constant(node.name() + ".one", ones, channels, 1, 1, 1)),
        new Ints("kernel_shape", 1, 1),
        new Ints("pads", padding.top(), padding.left(), padding.bottom(), padding.right()),
        new Int("group", channels));
  }

  @Override
  public Output visit(Layer.Dropout dropout) {
    return source();
  }

  @Override
  public Output visit(Layer.Linear linear) {
    Output source = source();
    String flat =
        source.flat()
            ? source.tensor()
            : graph.add("Flatten", named(".flat"), List.of(source.tensor()), new Int("axis", 1));
    int inputs = model.compact().channels(node.input()) * network.node(node.input()).shape().area();
    return new Output(
        graph.add(
            "Gemm",
            named(""),
            with(flat, weights(linear.bias(), model.compact().channels(node.index()), inputs)),
            new Int("transB", 1)),
        true);
  }
}
