package io.coppice.dl4j;

import io.coppice.source.SampleImages;
import io.coppice.source.SourceImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Networks of Deeplearning4j, and images of the sample as it takes them. */
final class SampleNetworks {

  static final int SIDE = 28;
  static final int CLASSES = 10;

  private SampleNetworks() {}

  /** A seed and initial weights that are the same every time. */
  static NeuralNetConfiguration.Builder builder(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .convolutionMode(ConvolutionMode.Same);
  }

  /** Three convolutions with batch norms, the last of which is added to the second. */
  static ComputationGraphConfiguration graph(NeuralNetConfiguration.Builder builder) {
    return builder
        .graphBuilder()
        .addInputs("images")
        .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
        .addLayer("conv1", convolution(8, 2), "images")
        .addLayer("norm1", new BatchNormalization(), "conv1")
        .addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1")
        .addLayer("conv2", convolution(16, 2), "relu1")
        .addLayer("norm2", new BatchNormalization(), "conv2")
        .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm2")
        .addLayer("conv3", convolution(16, 1), "relu2")
        .addLayer("norm3", new BatchNormalization(), "conv3")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "relu2", "norm3")
        .addLayer("relu3", new ActivationLayer(Activation.RELU), "sum")
        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu3")
        .addLayer("output", output(CLASSES), "pool")
        .setOutputs("output")
        .build();
  }

  static ComputationGraphConfiguration graph() {
    return graph(builder(new Nesterovs(0.05, 0.9)).l2(1e-4));
  }

  /** Convolutions with biases, one of them with a batch norm, and a dense layer. */
  static MultiLayerConfiguration list(NeuralNetConfiguration.Builder builder, InputType input) {
    return list(builder, input, CLASSES);
  }

  /** The same for other classes. */
  static MultiLayerConfiguration list(
      NeuralNetConfiguration.Builder builder, InputType input, int classes) {
    return builder
        .list()
        .layer(
            new ConvolutionLayer.Builder(3, 3)
                .stride(2, 2)
                .nOut(8)
                .activation(Activation.RELU)
                .build())
        .layer(convolution(16, 2))
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(new DenseLayer.Builder().nOut(16).activation(Activation.RELU).build())
        .layer(output(classes))
        .setInputType(input)
        .build();
  }

  private static ConvolutionLayer convolution(int channels, int stride) {
    return new ConvolutionLayer.Builder(3, 3)
        .stride(stride, stride)
        .nOut(channels)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder().nOut(classes).activation(Activation.SOFTMAX).build();
  }

  /** The first images of the sample in minibatches of 25, pixels from 0 to 1. */
  static List<DataSet> minibatches(int images) throws IOException {
    List<DataSet> all = new ArrayList<>();
    List<SourceImage> sample = SampleImages.first(images, 0).train();
    for (int first = 0; first < images; first += 25) {
      List<SourceImage> part = sample.subList(first, Math.min(images, first + 25));
      float[] features = new float[part.size() * SIDE * SIDE];
      INDArray labels = Nd4j.zeros(part.size(), CLASSES);
      for (int i = 0; i < part.size(); i++) {
        SourceImage.Readable image = (SourceImage.Readable) part.get(i);
        labels.putScalar(i, image.label(), 1);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          features[i * SIDE * SIDE + pixel] = (image.pixels()[pixel] & 0xff) / 255f;
        }
      }
      all.add(
          new DataSet(Nd4j.createFromArray(features).reshape(part.size(), 1, SIDE, SIDE), labels));
    }
    return all;
  }
}
