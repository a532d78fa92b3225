package io.coppice.spark;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
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
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small network with branches of 28x28 pixels, as somebody made it with Deeplearning4j. */
final class Inception {

  static final int SIDE = 28;

  private Inception() {}

  /** Writes it untrained, as {@code inception.zip}. */
  static Path write(Path directory) throws IOException {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
            .addLayer("stem", convolution(3, 2, 8, Activation.IDENTITY), "image")
            .addLayer("norm", new BatchNormalization(), "stem")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
            .addLayer("point", convolution(1, 1, 6, Activation.RELU), "relu")
            .addLayer("wide", convolution(5, 1, 6, Activation.RELU), "relu")
            .addLayer(
                "mean",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                    .kernelSize(3, 3)
                    .stride(1, 1)
                    .build(),
                "relu")
            .addLayer("pooled", convolution(1, 1, 6, Activation.RELU), "mean")
            .addVertex("merge", new MergeVertex(), "point", "wide", "pooled")
            .addLayer("down", convolution(3, 2, 16, Activation.RELU), "merge")
            .addLayer("global", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "down")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "global")
            .setOutputs("out")
            .build();
    Path zip = directory.resolve("inception.zip");
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    ModelSerializer.writeModel(graph, zip.toFile(), false);
    return zip;
  }

  private static ConvolutionLayer convolution(
      int kernel, int stride, int outputs, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(outputs)
        .activation(activation)
        .build();
  }
}
