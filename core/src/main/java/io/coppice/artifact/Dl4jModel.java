package io.coppice.artifact;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Layer;
import io.coppice.network.Node;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A compact network as a stock Deeplearning4j {@link ComputationGraph}: input {@code (batch,
 * channels, height, width)} normalised, output the class probabilities {@code (batch, classes)}.
 *
 * <p>Deeplearning4j knows no layer without channels: a group that lost all of its channels is
 * written as one channel whose weights, scale and shift are 0, which is the same function.
 */
public final class Dl4jModel {

  private static final String RELU_SUFFIX = ".relu";
  private static final String MEAN_SUFFIX = ".positions";

  /** Learning rate that the graph starts with where somebody trains it further. */
  private static final double FURTHER_LEARNING_RATE = 1e-3;

  private final CompactNetwork compact;
  private final float[] parameters;
  private final float[] statistics;

  /**
   * @param compact the compact network
   * @param parameters its trained tensors
   * @param statistics its running statistics
   */
  public Dl4jModel(CompactNetwork compact, float[] parameters, float[] statistics) {
    this.compact = compact;
    this.parameters = parameters;
    this.statistics = statistics;
  }

  /**
   * Writes the graph as Deeplearning4j's zip, with a normaliser from pixel values (0 to 255) to its
   * input.
   *
   * @param pixelMean mean of each channel's pixels
   * @param pixelDeviation standard deviation of each channel's pixels
   */
  public void write(OutputStream out, float[] pixelMean, float[] pixelDeviation)
      throws IOException {
    NormalizerStandardize normaliser =
        new NormalizerStandardize(
            Nd4j.createFromArray(pixelMean).reshape(1, pixelMean.length),
            Nd4j.createFromArray(pixelDeviation).reshape(1, pixelDeviation.length));
    ComputationGraph graph = toGraph();
    // Deeplearning4j's own writer flushes a stream after closing it, which the commons-io of Spark
    // refuses.
    ZipOutputStream zip = new ZipOutputStream(out);
    putEntry(
        zip,
        ModelSerializer.CONFIGURATION_JSON,
        graph.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(coefficients)) {
      Nd4j.write(graph.params(), data);
    }
    putEntry(zip, ModelSerializer.COEFFICIENTS_BIN, coefficients.toByteArray());
    ByteArrayOutputStream normaliserBytes = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normaliser, normaliserBytes);
    putEntry(zip, ModelSerializer.NORMALIZER_BIN, normaliserBytes.toByteArray());
    zip.finish();
  }

  /** A fixed time, so that equal models are equal files. */
  private static void putEntry(ZipOutputStream zip, String name, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Builds the graph and fills in the weights. */
  public ComputationGraph toGraph() {
    ComputationGraph graph = new ComputationGraph(configuration());
    graph.init();
    for (Node node : compact.network().nodes()) {
      fill(graph, node);
    }
    return graph;
  }

  private ComputationGraphConfiguration configuration() {
    Node input = compact.network().node(0);
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd(FURTHER_LEARNING_RATE))
            // Its default is the clock, and equal models are to be equal files.
            .seed(0)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs(input.name())
            .setInputTypes(
                InputType.convolutional(
                    input.shape().height(), input.shape().width(), input.shape().channels()));
    for (Node node : compact.network().nodes()) {
      add(builder, node);
    }
    Node last = compact.network().node(compact.network().nodes().size() - 1);
    return builder.setOutputs(last.name()).build();
  }

  private void add(ComputationGraphConfiguration.GraphBuilder builder, Node node) {
    Layer layer = node.layer();
    if (layer instanceof Layer.Convolution convolution) {
      builder.addLayer(
          node.name(),
          new ConvolutionLayer.Builder(convolution.window().height(), convolution.window().width())
              .stride(convolution.window().strideHeight(), convolution.window().strideWidth())
              .padding(convolution.window().top(), convolution.window().left())
              .nIn(written(node.input()))
              .nOut(written(node.index()))
              .hasBias(false)
              .activation(Activation.IDENTITY)
              .build(),
          outputName(node.input()));
    } else if (layer instanceof Layer.BatchNorm norm) {
      builder.addLayer(
          node.name(),
          new BatchNormalization.Builder()
              .nIn(written(node.index()))
              .nOut(written(node.index()))
              .eps(norm.epsilon())
              .useLogStd(false)
              .decay(1 - norm.momentum())
              .build(),
          outputName(node.input()));
      addRelu(builder, node, norm.relu());
    } else if (layer instanceof Layer.Pool pool) {
      builder.addLayer(
          node.name(),
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
              .kernelSize(pool.window().height(), pool.window().width())
              .stride(pool.window().strideHeight(), pool.window().strideWidth())
              .build(),
          outputName(node.input()));
    } else if (layer instanceof Layer.GlobalPool) {
      addMean(builder, node.name(), outputName(node.input()));
    } else if (layer instanceof Layer.Sum sum) {
      builder.addVertex(
          node.name(),
          new ElementWiseVertex(ElementWiseVertex.Op.Add),
          outputName(node.inputs().get(0)),
          outputName(node.inputs().get(1)));
      addRelu(builder, node, sum.relu());
    } else if (layer instanceof Layer.Linear linear) {
      String source = outputName(node.input());
      if (!(compact.network().node(node.input()).layer() instanceof Layer.GlobalPool)) {
        addMean(builder, node.name() + MEAN_SUFFIX, source);
        source = node.name() + MEAN_SUFFIX;
      }
      builder.addLayer(
          node.name(),
          new OutputLayer.Builder(LossFunction.MCXENT)
              .nIn(written(node.input()))
              .nOut(linear.outputs())
              .activation(Activation.SOFTMAX)
              .build(),
          source);
    }
  }

  private static void addRelu(
      ComputationGraphConfiguration.GraphBuilder builder, Node node, boolean relu) {
    if (relu) {
      builder.addLayer(
          node.name() + RELU_SUFFIX, new ActivationLayer(Activation.RELU), node.name());
    }
  }

  private static void addMean(
      ComputationGraphConfiguration.GraphBuilder builder, String name, String source) {
    builder.addLayer(name, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), source);
  }

  private String outputName(int index) {
    Node node = compact.network().node(index);
    boolean relu =
        node.layer() instanceof Layer.BatchNorm norm && norm.relu()
            || node.layer() instanceof Layer.Sum sum && sum.relu();
    return relu ? node.name() + RELU_SUFFIX : node.name();
  }

  /** Channels as written: at least one. */
  private int written(int node) {
    return Math.max(1, compact.channels(node));
  }

  private void fill(ComputationGraph graph, Node node) {
    if (node.layer() instanceof Layer.Convolution convolution) {
      long[] shape = {
        written(node.index()),
        written(node.input()),
        convolution.window().height(),
        convolution.window().width()
      };
      setParameter(
          graph, node, "W", values(compact.parameters(), parameters, node, Kind.WEIGHT, shape));
    } else if (node.layer() instanceof Layer.BatchNorm) {
      long[] shape = {1, written(node.index())};
      setParameter(
          graph, node, "gamma", values(compact.parameters(), parameters, node, Kind.SCALE, shape));
      setParameter(
          graph, node, "beta", values(compact.parameters(), parameters, node, Kind.SHIFT, shape));
      setParameter(
          graph, node, "mean", values(compact.statistics(), statistics, node, Kind.MEAN, shape));
      setParameter(
          graph, node, "var", values(compact.statistics(), statistics, node, Kind.VARIANCE, shape));
    } else if (node.layer() instanceof Layer.Linear linear) {
      long[] shape = {linear.outputs(), written(node.input())};
      INDArray weights = values(compact.parameters(), parameters, node, Kind.WEIGHT, shape);
      setParameter(graph, node, "W", weights.transpose());
      long[] biasShape = {1, linear.outputs()};
      setParameter(
          graph, node, "b", values(compact.parameters(), parameters, node, Kind.BIAS, biasShape));
    }
  }

  private static void setParameter(ComputationGraph graph, Node node, String key, INDArray values) {
    graph.getLayer(node.name()).getParam(key).assign(values);
  }

  private static INDArray values(
      TensorLayout layout, float[] values, Node node, Kind kind, long[] shape) {
    Tensor tensor = layout.tensor(node.index(), kind);
    INDArray array = Nd4j.zeros(shape);
    if (tensor.size() > 0) {
      float[] copy = new float[tensor.size()];
      System.arraycopy(values, tensor.offset(), copy, 0, copy.length);
      array.assign(Nd4j.createFromArray(copy).reshape(shape));
    }
    return array;
  }
}
