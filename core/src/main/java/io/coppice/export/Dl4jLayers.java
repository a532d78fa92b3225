package io.coppice.export;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.export.Dl4jGraph.Weights;
import io.coppice.model.CompactModel;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds the layers of a model without empty groups to a graph of Deeplearning4j. Layers keep their
 * names; what has no counterpart of its own becomes several layers:
 *
 * <ul>
 *   <li>Deeplearning4j pads both sides alike: unequal padding is a layer of zeros before a
 *       convolution. A pool that does not count padding is padded so far on both sides that its
 *       windows lie where they should, and what lies beyond is cut off.
 *   <li>The helper that Deeplearning4j computes pools by never counts padding: where it counts, it
 *       is a layer of zeros.
 *   <li>After a linear layer or a global pool, tensors are {@code (batch, channels)} there; who
 *       needs rows and columns gets a preprocessor.
 * </ul>
 */
final class Dl4jLayers implements Layer.Visitor<Dl4jLayers.Output> {

  /**
   * What stands for a node's output.
   *
   * @param vertex name of the vertex that gives it
   * @param flat whether it is {@code (batch, channels)}
   */
  record Output(String vertex, boolean flat) {}

  private final CompactModel model;
  private final UniqueNames names = new UniqueNames();
  private final Dl4jGraph graph;
  private final List<Output> outputs = new ArrayList<>();
  private Node node;

  Dl4jLayers(CompactModel model, Dl4jGraph graph) {
    this.model = model;
    this.graph = graph;
    this.node = model.network().node(0);
  }

  /** Adds all layers; returns the name of the vertex that gives the probabilities. */
  String addAll() {
    model.network().nodes().forEach(each -> names.of(each.name()));
    for (Node each : model.network().nodes()) {
      node = each;
      outputs.add(each.layer().accept(this));
    }
    return probabilities(outputs.get(outputs.size() - 1));
  }

  /** Logits that no linear layer gives need a layer that makes probabilities of them. */
  private String probabilities(Output logits) {
    if (node.layer() instanceof Layer.Linear) {
      return logits.vertex();
    }
    int classes = channels(node.index());
    return graph.addLayer(
        names.of(node.name() + ".softmax"),
        Dl4jLayerJson.loss(classes),
        Weights.NONE,
        flattening(node.index()),
        logits.vertex());
  }

  private int channels(int index) {
    return model.compact().channels(index);
  }

  private Output source() {
    return outputs.get(node.input());
  }

  /** A vertex that gives an output with rows and columns. */
  private String spatial(int index) {
    Output output = outputs.get(index);
    if (!output.flat()) {
      return output.vertex();
    }
    String name = names.of(output.vertex() + ".spatial");
    return graph.add(name, Dl4jLayerJson.spatial(channels(index)), output.vertex());
  }

  /** What a layer without rows and columns needs to read an output; null where it has none. */
  private @Nullable Dl4jJson flattening(int index) {
    return outputs.get(index).flat()
        ? null
        : Dl4jLayerJson.flattening(channels(index), model.network().node(index).shape());
  }

  private String add(String name, Dl4jJson layer, String source) {
    return graph.addLayer(name, layer, Weights.NONE, null, source);
  }

  private String withRelu(String vertex, boolean relu) {
    return relu
        ? add(
            names.of(vertex + ".relu"),
            Dl4jLayerJson.activation(Layer.Activation.RELU.function()),
            vertex)
        : vertex;
  }

  private String padded(String vertex, Window window) {
    return add(
        names.of(node.name() + ".padding"),
        Dl4jLayerJson.zeroPadding(window.top(), window.bottom(), window.left(), window.right()),
        vertex);
  }

  private static boolean isEven(Window window) {
    return window.top() == window.bottom() && window.left() == window.right();
  }

  /** What a convolution reads whose window is padded unequally. */
  private String evenlyPadded(Window window) {
    String source = spatial(node.input());
    return isEven(window) ? source : padded(source, window);
  }

  private static int[] evenPadding(Window window) {
    return isEven(window) ? new int[] {window.top(), window.left()} : new int[] {0, 0};
  }

  private float[] values(Kind kind) {
    return model.values(node.index(), kind);
  }

  private static List<String> weightNames(boolean bias) {
    return bias ? List.of("W", "b") : List.of("W");
  }

  /** Of a convolution Deeplearning4j keeps the bias first. */
  private Weights convolutionWeights(float[] weights, boolean bias) {
    return new Weights(
        weightNames(bias), bias ? List.of(values(Kind.BIAS), weights) : List.of(weights));
  }

  @Override
  public Output visit(Layer.Input input) {
    return new Output(node.name(), false);
  }

  @Override
  public Output visit(Layer.Convolution convolution) {
    Window window = convolution.window();
    return convolved(
        Dl4jLayerJson.convolution(
            window,
            evenPadding(window),
            channels(node.input()),
            channels(node.index()),
            convolution.bias()),
        window,
        convolutionWeights(values(Kind.WEIGHT), convolution.bias()));
  }

  @Override
  public Output visit(Layer.DepthwiseConvolution convolution) {
    Window window = convolution.window();
    return convolved(
        Dl4jLayerJson.depthwise(
            window,
            evenPadding(window),
            channels(node.input()),
            convolution.multiplier(),
            convolution.bias()),
        window,
        convolutionWeights(kernelFirst(values(Kind.WEIGHT)), convolution.bias()));
  }

  private Output convolved(Dl4jJson layer, Window window, Weights weights) {
    String source = evenlyPadded(window);
    return new Output(graph.addLayer(node.name(), layer, weights, null, source), false);
  }

  /** {@code (height, width, channels)} of {@code (channels, height, width)}. */
  private float[] kernelFirst(float[] weights) {
    int channels = channels(node.index());
    int area = weights.length / channels;
    float[] turned = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      turned[i % area * channels + i / area] = weights[i];
    }
    return turned;
  }

  @Override
  public Output visit(Layer.BatchNorm norm) {
    Weights weights =
        new Weights(
            List.of("gamma", "beta", "mean", "var"),
            List.of(
                values(Kind.SCALE), values(Kind.SHIFT), values(Kind.MEAN), values(Kind.VARIANCE)));
    graph.addLayer(
        node.name(),
        Dl4jLayerJson.batchNorm(norm, channels(node.index())),
        weights,
        null,
        source().vertex());
    return new Output(withRelu(node.name(), norm.relu()), source().flat());
  }

  @Override
  public Output visit(Layer.Activation activation) {
    return new Output(
        add(node.name(), Dl4jLayerJson.activation(activation.function()), source().vertex()),
        source().flat());
  }

  @Override
  public Output visit(Layer.Pool pool) {
    Window window = pool.window();
    String source = spatial(node.input());
    if (pool.kind() == Layer.Pool.Kind.MEAN_WITH_PADDING) {
      if (window.top() + window.bottom() + window.left() + window.right() > 0) {
        source = padded(source, window);
      }
      return new Output(pooled(node.name(), pool, 0, 0, source), false);
    }
    Cut rows = Cut.of(window.top(), window.bottom(), window.strideHeight());
    Cut columns = Cut.of(window.left(), window.right(), window.strideWidth());
    Shape in = model.network().node(node.input()).shape();
    int below = rows.behind(in.height(), window.height(), node.shape().height());
    int right = columns.behind(in.width(), window.width(), node.shape().width());
    if (rows.before() + columns.before() + below + right == 0) {
      return new Output(
          pooled(node.name(), pool, rows.padding(), columns.padding(), source), false);
    }
    String pooled =
        pooled(names.of(node.name() + ".uncut"), pool, rows.padding(), columns.padding(), source);
    return new Output(
        add(
            node.name(),
            Dl4jLayerJson.cropping(rows.before(), below, columns.before(), right),
            pooled),
        false);
  }

  /**
   * Equal padding in place of an unequal one.
   *
   * @param padding on both sides
   * @param before outputs too many before the first one that counts
   * @param stride inputs between neighbouring outputs
   */
  private record Cut(int padding, int before, int stride) {

    static Cut of(int before, int behind, int stride) {
      int more = Math.max(0, behind - before);
      int outputs = (more + stride - 1) / stride;
      return new Cut(before + outputs * stride, outputs, stride);
    }

    /** Outputs too many behind the last one that counts. */
    int behind(int inputs, int window, int wanted) {
      return (inputs + 2 * padding - window) / stride + 1 - before - wanted;
    }
  }

  private String pooled(String name, Layer.Pool pool, int rows, int columns, String source) {
    return add(
        name, Dl4jLayerJson.pool(pool.kind(), pool.window(), new int[] {rows, columns}), source);
  }

  @Override
  public Output visit(Layer.GlobalPool pool) {
    if (source().flat()) {
      return source();
    }
    return new Output(
        add(node.name(), Dl4jLayerJson.globalPool(pool.kind()), source().vertex()), true);
  }

  @Override
  public Output visit(Layer.Sum sum) {
    Output joined = joined(Dl4jLayerJson.sum());
    return new Output(withRelu(joined.vertex(), sum.relu()), joined.flat());
  }

  @Override
  public Output visit(Layer.Merge merge) {
    return joined(Dl4jLayerJson.merge());
  }

  /** A vertex of several inputs, all of them with rows and columns where one of them has. */
  private Output joined(Dl4jJson vertex) {
    boolean flat = node.inputs().stream().allMatch(input -> outputs.get(input).flat());
    String[] inputs =
        node.inputs().stream()
            .map(input -> flat ? outputs.get(input).vertex() : spatial(input))
            .toArray(String[]::new);
    return new Output(graph.add(node.name(), vertex, inputs), flat);
  }

  @Override
  public Output visit(Layer.ZeroPadding padding) {
    String source = spatial(node.input());
    return new Output(
        add(
            node.name(),
            Dl4jLayerJson.zeroPadding(
                padding.top(), padding.bottom(), padding.left(), padding.right()),
            source),
        false);
  }

  @Override
  public Output visit(Layer.Dropout dropout) {
    return new Output(
        add(node.name(), Dl4jLayerJson.dropout(dropout.rate()), source().vertex()),
        source().flat());
  }

  @Override
  public Output visit(Layer.Linear linear) {
    int in = channels(node.input()) * model.network().node(node.input()).shape().area();
    int out = channels(node.index());
    boolean last = node.equals(model.network().logits());
    // Deeplearning4j's weights are (in, out) by columns, which is (out, in) by rows.
    Weights weights =
        new Weights(
            weightNames(linear.bias()),
            linear.bias()
                ? List.of(values(Kind.WEIGHT), values(Kind.BIAS))
                : List.of(values(Kind.WEIGHT)));
    return new Output(
        graph.addLayer(
            node.name(),
            last
                ? Dl4jLayerJson.output(in, out, linear.bias())
                : Dl4jLayerJson.dense(in, out, linear.bias()),
            weights,
            flattening(node.input()),
            source().vertex()),
        true);
  }
}
