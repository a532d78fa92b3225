package io.coppice.export;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.model.CompactModel;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Builds Deeplearning4j's graph of a model without empty groups. Layers keep their names; what has
 * no counterpart of its own becomes several layers:
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
final class Dl4jGraphBuilder implements Layer.Visitor<Dl4jGraphBuilder.Output> {

  /** Learning rate that the graph starts with where somebody trains it further. */
  private static final double FURTHER_LEARNING_RATE = 1e-3;

  /**
   * What stands for a node's output.
   *
   * @param vertex name of the vertex that gives it
   * @param flat whether it is {@code (batch, channels)}
   */
  record Output(String vertex, boolean flat) {}

  private final CompactModel model;
  private final UniqueNames names = new UniqueNames();
  private final GraphBuilder builder;
  private final List<Output> outputs = new ArrayList<>();
  private final List<Consumer<ComputationGraph>> values = new ArrayList<>();
  private Node node;

  Dl4jGraphBuilder(CompactModel model) {
    this.model = model;
    this.node = model.network().node(0);
    this.builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd(FURTHER_LEARNING_RATE))
            // Its default is the clock, and equal models are to be equal files.
            .seed(0)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder();
  }

  ComputationGraph build() {
    model.network().nodes().forEach(each -> names.of(each.name()));
    for (Node each : model.network().nodes()) {
      node = each;
      outputs.add(each.layer().accept(this));
    }
    builder.setOutputs(probabilities(outputs.get(outputs.size() - 1)));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    values.forEach(value -> value.accept(graph));
    return graph;
  }

  /** Logits that no linear layer gives need a layer that makes probabilities of them. */
  private String probabilities(Output logits) {
    if (node.layer() instanceof Layer.Linear) {
      return logits.vertex();
    }
    return add(
        names.of(node.name() + ".softmax"),
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
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
    return add(
        name,
        new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 1, channels(index))),
        output.vertex());
  }

  private String add(String name, org.deeplearning4j.nn.conf.layers.Layer layer, String... inputs) {
    builder.addLayer(name, layer, inputs);
    return name;
  }

  private String add(String name, GraphVertex vertex, String... inputs) {
    builder.addVertex(name, vertex, inputs);
    return name;
  }

  private String withRelu(String vertex, boolean relu) {
    return relu
        ? add(names.of(vertex + ".relu"), new ActivationLayer(new ActivationReLU()), vertex)
        : vertex;
  }

  private String padded(String vertex, int top, int bottom, int left, int right) {
    return add(
        names.of(node.name() + ".padding"),
        new ZeroPaddingLayer.Builder(top, bottom, left, right).build(),
        vertex);
  }

  private static boolean isEven(Window window) {
    return window.top() == window.bottom() && window.left() == window.right();
  }

  /** What a convolution reads whose window is padded unequally. */
  private String evenlyPadded(Window window) {
    String source = spatial(node.input());
    return isEven(window)
        ? source
        : padded(source, window.top(), window.bottom(), window.left(), window.right());
  }

  private static int[] evenPadding(Window window) {
    return isEven(window) ? new int[] {window.top(), window.left()} : new int[] {0, 0};
  }

  private void fill(Kind kind, String key, long... shape) {
    Node target = node;
    fill(key, () -> values(target, kind, shape));
  }

  private void fill(String key, Supplier<INDArray> value) {
    String name = node.name();
    values.add(graph -> graph.getLayer(name).getParam(key).assign(value.get()));
  }

  private INDArray values(Node target, Kind kind, long... shape) {
    return Nd4j.createFromArray(model.values(target.index(), kind)).reshape(shape);
  }

  private void fillBias(boolean bias) {
    if (bias) {
      fill(Kind.BIAS, "b", 1, channels(node.index()));
    }
  }

  @Override
  public Output visit(Layer.Input input) {
    Shape shape = input.shape();
    builder
        .addInputs(node.name())
        .setInputTypes(InputType.convolutional(shape.height(), shape.width(), shape.channels()));
    return new Output(node.name(), false);
  }

  @Override
  public Output visit(Layer.Convolution convolution) {
    Window window = convolution.window();
    int in = channels(node.input());
    int out = channels(node.index());
    add(
        node.name(),
        new ConvolutionLayer.Builder(window.height(), window.width())
            .stride(window.strideHeight(), window.strideWidth())
            .padding(evenPadding(window))
            .nIn(in)
            .nOut(out)
            .hasBias(convolution.bias())
            .activation(Activation.IDENTITY)
            .build(),
        evenlyPadded(window));
    fill(Kind.WEIGHT, "W", out, in, window.height(), window.width());
    fillBias(convolution.bias());
    return new Output(node.name(), false);
  }

  @Override
  public Output visit(Layer.DepthwiseConvolution convolution) {
    Window window = convolution.window();
    int in = channels(node.input());
    add(
        node.name(),
        new DepthwiseConvolution2D.Builder(window.height(), window.width())
            .depthMultiplier(convolution.multiplier())
            .stride(window.strideHeight(), window.strideWidth())
            .padding(evenPadding(window))
            .nIn(in)
            .nOut(channels(node.index()))
            .hasBias(convolution.bias())
            .activation(Activation.IDENTITY)
            .build(),
        evenlyPadded(window));
    Node target = node;
    // Its weights are (height, width, in, multiplier).
    fill(
        "W",
        () ->
            values(
                    target,
                    Kind.WEIGHT,
                    in,
                    convolution.multiplier(),
                    window.height(),
                    window.width())
                .permute(2, 3, 0, 1));
    fillBias(convolution.bias());
    return new Output(node.name(), false);
  }

  @Override
  public Output visit(Layer.BatchNorm norm) {
    int channels = channels(node.index());
    add(
        node.name(),
        new BatchNormalization.Builder()
            .nIn(channels)
            .nOut(channels)
            .eps(norm.epsilon())
            .useLogStd(false)
            .decay(1 - norm.momentum())
            .build(),
        source().vertex());
    fill(Kind.SCALE, "gamma", 1, channels);
    fill(Kind.SHIFT, "beta", 1, channels);
    fill(Kind.MEAN, "mean", 1, channels);
    fill(Kind.VARIANCE, "var", 1, channels);
    return new Output(withRelu(node.name(), norm.relu()), source().flat());
  }

  @Override
  public Output visit(Layer.Activation activation) {
    IActivation function =
        switch (activation.function().kind()) {
          case RELU -> new ActivationReLU();
          case RELU6 -> new ActivationReLU6();
          case LEAKY_RELU -> new ActivationLReLU(activation.function().slope());
        };
    return new Output(
        add(node.name(), new ActivationLayer(function), source().vertex()), source().flat());
  }

  @Override
  public Output visit(Layer.Pool pool) {
    Window window = pool.window();
    String source = spatial(node.input());
    if (pool.kind() == Layer.Pool.Kind.MEAN_WITH_PADDING) {
      if (window.top() + window.bottom() + window.left() + window.right() > 0) {
        source = padded(source, window.top(), window.bottom(), window.left(), window.right());
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
            new Cropping2D.Builder(rows.before(), below, columns.before(), right).build(),
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
    Window window = pool.window();
    return add(
        name,
        new SubsamplingLayer.Builder(
                pool.kind() == Layer.Pool.Kind.MAXIMUM ? PoolingType.MAX : PoolingType.AVG)
            .kernelSize(window.height(), window.width())
            .stride(window.strideHeight(), window.strideWidth())
            .padding(rows, columns)
            .build(),
        source);
  }

  @Override
  public Output visit(Layer.GlobalPool pool) {
    if (source().flat()) {
      return source();
    }
    PoolingType type =
        pool.kind() == Layer.GlobalPool.Kind.MEAN ? PoolingType.AVG : PoolingType.MAX;
    return new Output(
        add(node.name(), new GlobalPoolingLayer.Builder(type).build(), source().vertex()), true);
  }

  @Override
  public Output visit(Layer.Sum sum) {
    Output joined = joined(new ElementWiseVertex(ElementWiseVertex.Op.Add));
    return new Output(withRelu(joined.vertex(), sum.relu()), joined.flat());
  }

  @Override
  public Output visit(Layer.Merge merge) {
    return joined(new MergeVertex());
  }

  /** A vertex of several inputs, all of them with rows and columns where one of them has. */
  private Output joined(GraphVertex vertex) {
    boolean flat = node.inputs().stream().allMatch(input -> outputs.get(input).flat());
    String[] inputs =
        node.inputs().stream()
            .map(input -> flat ? outputs.get(input).vertex() : spatial(input))
            .toArray(String[]::new);
    return new Output(add(node.name(), vertex, inputs), flat);
  }

  @Override
  public Output visit(Layer.ZeroPadding padding) {
    return new Output(
        add(
            node.name(),
            new ZeroPaddingLayer.Builder(
                    padding.top(), padding.bottom(), padding.left(), padding.right())
                .build(),
            spatial(node.input())),
        false);
  }

  @Override
  public Output visit(Layer.Dropout dropout) {
    // Deeplearning4j names the chance to stay.
    return new Output(
        add(node.name(), new DropoutLayer.Builder(1 - dropout.rate()).build(), source().vertex()),
        source().flat());
  }

  @Override
  public Output visit(Layer.Linear linear) {
    int in = channels(node.input()) * model.network().node(node.input()).shape().area();
    int out = channels(node.index());
    boolean last = node.equals(model.network().logits());
    add(
        node.name(),
        last
            ? new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(in)
                .nOut(out)
                .hasBias(linear.bias())
                .activation(Activation.SOFTMAX)
                .build()
            : new DenseLayer.Builder()
                .nIn(in)
                .nOut(out)
                .hasBias(linear.bias())
                .activation(Activation.IDENTITY)
                .build(),
        source().vertex());
    Node target = node;
    fill("W", () -> values(target, Kind.WEIGHT, out, in).transpose());
    fillBias(linear.bias());
    return new Output(node.name(), true);
  }
}
