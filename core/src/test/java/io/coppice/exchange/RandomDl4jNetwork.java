package io.coppice.exchange;

import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of Deeplearning4j's own builders, drawn at random of all that can be taken over. */
final class RandomDl4jNetwork {

  private final CounterRandom random;
  private final Shape image;
  private final int classes;
  private final boolean dropout;

  /** Whether tensors of one channel are drawn, of which its separable convolutions make nothing. */
  private final boolean thin;

  /** At least so many rows and columns are there for the next layer; windows are drawn to fit. */
  private int side;

  private ComputationGraphConfiguration.GraphBuilder graph;
  private String last = "image";
  private int count;

  /**
   * @param dropout whether something may be dropped in training
   */
  RandomDl4jNetwork(CounterRandom random, boolean dropout) {
    this.random = random;
    this.thin = random.nextBoolean();
    this.image =
        new Shape((thin ? 1 : 2) + random.nextInt(3), 6 + random.nextInt(5), 6 + random.nextInt(5));
    this.side = Math.min(image.height(), image.width());
    this.classes = 2 + random.nextInt(4);
    this.dropout = dropout;
    this.graph =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1000))
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(
                InputType.convolutional(image.height(), image.width(), image.channels()));
  }

  Shape image() {
    return image;
  }

  int classes() {
    return classes;
  }

  /** A graph with sums and merges. */
  ComputationGraphConfiguration graph() {
    int steps = 2 + random.nextInt(5);
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(4)) {
        case 0 -> residual();
        case 1 -> inception();
        default -> last = add(spatial(), last);
      }
    }
    end(random.nextInt(5));
    return graph.build();
  }

  /** Layers one after the other. */
  MultiLayerConfiguration list() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1000))
            .l2(1e-4)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .list();
    list.layer(convolution(size(), false));
    int steps = random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      list.layer(spatial());
    }
    if (chance(2)) {
      list.layer(new GlobalPoolingLayer(chance(2) ? PoolingType.AVG : PoolingType.MAX));
    }
    if (chance(2)) {
      list.layer(new DenseLayer.Builder().nOut(size()).activation(activation()).build());
    }
    list.layer(output());
    return list.setInputType(
            chance(2)
                ? InputType.convolutional(image.height(), image.width(), image.channels())
                : InputType.convolutionalFlat(image.height(), image.width(), image.channels()))
        .build();
  }

  /**
   * Dense layers that read the values of an image, perhaps behind layers that change each by
   * itself.
   *
   * @param flat whether images are vectors already
   */
  MultiLayerConfiguration denseList(boolean flat) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1000))
            // Activation layers before a preprocessor fail Deeplearning4j's own check otherwise.
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .list();
    int before = random.nextInt(3);
    for (int i = 0; i < before; i++) {
      list.layer(chance(2) ? new ActivationLayer(activation()) : new DropoutLayer(0.8));
    }
    int hidden = random.nextInt(3);
    for (int i = 0; i < hidden; i++) {
      list.layer(
          new DenseLayer.Builder()
              .nOut(size())
              .hasBias(chance(2))
              .dropOut(stay())
              .activation(activation())
              .build());
      if (chance(2)) {
        list.layer(norm());
      }
    }
    list.layer(output());
    return list.setInputType(
            flat
                ? InputType.convolutionalFlat(image.height(), image.width(), image.channels())
                : InputType.convolutional(image.height(), image.width(), image.channels()))
        .build();
  }

  private boolean chance(int outOf) {
    return random.nextInt(outOf) == 0;
  }

  private int size() {
    return (thin ? 1 : 2) + random.nextInt(12);
  }

  private String add(Layer layer, String input) {
    String name = "v" + count++;
    graph.addLayer(name, layer, input);
    return name;
  }

  private IActivation activation() {
    return switch (random.nextInt(4)) {
      case 0 -> new ActivationIdentity();
      case 1 -> new ActivationReLU();
      case 2 -> new ActivationReLU6();
      default -> new ActivationLReLU(0.1 + 0.5 * random.nextDouble());
    };
  }

  private double stay() {
    return dropout && chance(4) ? 0.7 : 0;
  }

  private ConvolutionLayer convolution(int outputs, boolean same) {
    int rows = same ? 1 + 2 * random.nextInt(2) : 1 + random.nextInt(4);
    int columns = same ? rows : 1 + random.nextInt(3);
    ConvolutionLayer.Builder builder = new ConvolutionLayer.Builder(rows, columns);
    boolean padded = !same && chance(2) && side >= Math.max(rows, columns);
    builder.convolutionMode(padded ? ConvolutionMode.Truncate : ConvolutionMode.Same);
    if (padded) {
      builder.padding(random.nextInt(3), random.nextInt(2));
    }
    if (!same) {
      int down = 1 + random.nextInt(2);
      int across = 1 + random.nextInt(2);
      builder.stride(down, across);
      shrink(padded ? Math.max(rows, columns) : 1, Math.max(down, across));
    }
    return builder
        .nOut(outputs)
        .hasBias(chance(2))
        .dropOut(stay())
        .activation(activation())
        .build();
  }

  private BatchNormalization norm() {
    return new BatchNormalization.Builder()
        .eps(chance(2) ? 1e-5 : 1e-3)
        .decay(0.8)
        .useLogStd(chance(2))
        .build();
  }

  private void shrink(int kernel, int stride) {
    side = (side - kernel) / stride + 1;
  }

  private SubsamplingLayer pool() {
    int rows = 2 + random.nextInt(2);
    int down = 1 + random.nextInt(2);
    boolean padded = chance(2) && side >= rows;
    shrink(padded ? rows : 1, down);
    SubsamplingLayer layer =
        new SubsamplingLayer.Builder(
                chance(2) ? SubsamplingLayer.PoolingType.MAX : SubsamplingLayer.PoolingType.AVG)
            .kernelSize(rows, 2)
            .stride(down, 1)
            .padding(padded ? random.nextInt(2) : 0, padded ? random.nextInt(2) : 0)
            .convolutionMode(padded ? ConvolutionMode.Truncate : ConvolutionMode.Same)
            .build();
    layer.setAvgPoolIncludePadInDivisor(chance(2));
    return layer;
  }

  private Layer spatial() {
    return switch (random.nextInt(9)) {
      case 0, 1 -> convolution(size(), false);
      case 2 -> norm();
      case 3 ->
          new DepthwiseConvolution2D.Builder(1 + random.nextInt(3), 2)
              .depthMultiplier(1 + random.nextInt(2))
              .convolutionMode(ConvolutionMode.Same)
              .hasBias(chance(2))
              .activation(activation())
              .build();
      case 4 ->
          thin
              ? norm()
              : new SeparableConvolution2D.Builder(2, 1 + random.nextInt(3))
                  .depthMultiplier(1 + random.nextInt(2))
                  .nOut(size())
                  .convolutionMode(ConvolutionMode.Same)
                  .hasBias(chance(2))
                  .activation(activation())
                  .build();
      case 5 -> pool();
      case 6 -> new ActivationLayer(activation());
      case 7 ->
          new ZeroPaddingLayer(
              random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2));
      default -> dropout ? new DropoutLayer(0.8) : new ActivationLayer(activation());
    };
  }

  private void residual() {
    int channels = size();
    String stream = add(convolution(channels, true), last);
    String branch = add(convolution(channels, true), stream);
    if (chance(2)) {
      branch = add(norm(), branch);
    }
    String name = "v" + count++;
    ElementWiseVertex sum = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    if (chance(3)) {
      graph.addVertex(name, sum, stream, branch, add(convolution(channels, true), stream));
    } else {
      graph.addVertex(name, sum, branch, stream);
    }
    last = chance(2) ? add(new ActivationLayer(Activation.RELU), name) : name;
  }

  private void inception() {
    String left = add(convolution(size(), true), last);
    String pool =
        add(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                .kernelSize(3, 3)
                .stride(1, 1)
                .convolutionMode(ConvolutionMode.Same)
                .build(),
            last);
    String name = "v" + count++;
    graph.addVertex(name, new MergeVertex(), left, add(convolution(size(), true), pool), last);
    last = name;
  }

  private Layer output() {
    return new OutputLayer.Builder(
            chance(2) ? LossFunction.MCXENT : LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(classes)
        .hasBias(chance(2))
        .dropOut(stay())
        .activation(Activation.SOFTMAX)
        .build();
  }

  private void end(int kind) {
    if (kind == 0) {
      last = add(convolution(classes, true), last);
      last = add(new GlobalPoolingLayer(PoolingType.AVG), last);
      last =
          add(
              new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
              last);
    } else {
      if (kind == 1) {
        last = add(new GlobalPoolingLayer(chance(2) ? PoolingType.AVG : PoolingType.MAX), last);
        last = chance(2) ? add(norm(), last) : last;
      }
      if (kind == 2) {
        last =
            add(
                new DenseLayer.Builder()
                    .nOut(size())
                    .dropOut(stay())
                    .activation(activation())
                    .build(),
                last);
      }
      last = add(output(), last);
    }
    graph.setOutputs(last);
  }

  /** Gives every parameter a random value, those of deviations and variances a sensible one. */
  static void fill(Map<String, INDArray> parameters, CounterRandom random) {
    parameters.forEach(
        (name, values) -> {
          long fanIn = values.rank() == 2 ? values.size(0) : values.length() / values.size(0);
          double scale = 1 / Math.sqrt(fanIn);
          for (long i = 0; i < values.length(); i++) {
            double value =
                name.endsWith("_var") || name.endsWith("_gamma")
                    ? 0.5 + random.nextDouble()
                    : name.endsWith("_log10stdev")
                        ? 0.2 * random.nextGaussian()
                        : name.endsWith("_W") || name.endsWith("_pW")
                            ? scale * random.nextGaussian()
                            : 0.2 * random.nextGaussian();
            values.putScalar(i, value);
          }
        });
  }

  /** A model's zip as Deeplearning4j writes it. */
  static byte[] zip(String configuration, INDArray parameters) {
    try {
      ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
      Nd4j.write(parameters, new DataOutputStream(coefficients));
      return zip(
          Map.of(
              "configuration.json",
              configuration.getBytes(StandardCharsets.UTF_8),
              "coefficients.bin",
              coefficients.toByteArray()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
