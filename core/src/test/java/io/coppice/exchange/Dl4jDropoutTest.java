package io.coppice.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Targets;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.network.Shape;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
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
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What drops out, held against Deeplearning4j's own training.
 *
 * <p>What the last layer reads is seen in its gradients: for a single image, that of a weight is
 * the value that it is multiplied by times that of the bias.
 */
class Dl4jDropoutTest {

  private static final Shape IMAGE = new Shape(2, 22, 22);
  private static final int CLASSES = 2;

  /** Where Deeplearning4j drops values of what a layer reads. */
  enum Place {
    LAYER_OF_ITS_OWN,
    CONVOLUTION,
    DEPTHWISE,
    SEPARABLE,
    DENSE,
    OUTPUT
  }

  static Stream<Arguments> placesAndChances() {
    return Stream.of(Place.values())
        .flatMap(place -> Stream.of(Arguments.of(place, 0.8), Arguments.of(place, 0.3)));
  }

  @ParameterizedTest(name = "{0}, {1} stay")
  @MethodSource("placesAndChances")
  void read_dropoutOfAnyPlace_dropsAndScalesAsDeeplearning4j(Place place, double stay) {
    MultiLayerNetwork network = passingOn(place, stay);
    Network read = read(network).network();
    INDArray image = Nd4j.ones(1, IMAGE.channels(), IMAGE.height(), IMAGE.width());
    for (float[] gradients :
        new float[][] {theirGradients(network, image), ourGradients(network, image)}) {
      float[] values = readByTheOutput(read, gradients);
      int dropped = 0;
      for (float value : values) {
        if (value == 0) {
          dropped++;
        } else {
          assertThat(value).isCloseTo((float) (1 / stay), within(1e-4f));
        }
      }
      // Four standard errors of so many independent draws.
      assertThat(dropped / (double) values.length).isCloseTo(1 - stay, within(0.06));
    }
  }

  @Test
  void read_dropoutSetForAllLayers_dropsNothingWhereDeeplearning4jDropsNothing() {
    CounterRandom random = CounterRandom.of(7, Purpose.WEIGHT);
    ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dropOut(0.5)
            .list()
            .layer(new BatchNormalization.Builder().build())
            .layer(new ActivationLayer(new ActivationLReLU(0.2)))
            .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).build())
            .layer(new ZeroPaddingLayer(1, 0, 2, 1))
            .layer(convolution(CLASSES, 1))
            .layer(new GlobalPoolingLayer(PoolingType.AVG))
            .layer(
                new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork network = built(list);
    RandomDl4jNetwork.fill(network.paramTable(), random);
    INDArray images = Dl4jOracle.images(IMAGE, random);
    float[] theirs = theirGradients(network, images);
    float[] ours = ourGradients(network, images);
    assertThat(theirs).hasSameSizeAs(ours);
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).as("gradient %d", i).isCloseTo(theirs[i], within(1e-4f));
    }
  }

  /** A network that passes all values of an image on to its output layer, but for those dropped. */
  private static MultiLayerNetwork passingOn(Place place, double stay) {
    ListBuilder list = new NeuralNetConfiguration.Builder().list();
    switch (place) {
      case LAYER_OF_ITS_OWN -> list.layer(new DropoutLayer(stay));
      case CONVOLUTION -> list.layer(convolution(IMAGE.channels(), stay));
      case DEPTHWISE ->
          list.layer(
              new DepthwiseConvolution2D.Builder(1, 1)
                  .depthMultiplier(1)
                  .dropOut(stay)
                  .activation(Activation.IDENTITY)
                  .build());
      case SEPARABLE ->
          list.layer(
              new SeparableConvolution2D.Builder(1, 1)
                  .nOut(IMAGE.channels())
                  .dropOut(stay)
                  .activation(Activation.IDENTITY)
                  .build());
      case DENSE ->
          list.layer(
              new DenseLayer.Builder()
                  .nOut(IMAGE.size())
                  .dropOut(stay)
                  .activation(Activation.IDENTITY)
                  .build());
      case OUTPUT -> {}
    }
    MultiLayerNetwork network =
        built(
            list.layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .dropOut(place == Place.OUTPUT ? stay : 1)
                    .activation(Activation.SOFTMAX)
                    .build()));
    String output = (network.getnLayers() - 1) + "_";
    network
        .paramTable()
        .forEach(
            (name, values) -> {
              if (name.startsWith(output) || name.endsWith("b")) {
                values.assign(0);
              } else if (place == Place.DEPTHWISE
                  || place == Place.SEPARABLE && !name.endsWith("pW")) {
                values.assign(1);
              } else {
                values.assign(Nd4j.eye(values.size(0)).reshape(values.shape()));
              }
            });
    return network;
  }

  private static ConvolutionLayer convolution(int outputs, double stay) {
    return new ConvolutionLayer.Builder(1, 1)
        .nOut(outputs)
        .dropOut(stay)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork built(ListBuilder list) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.setInputType(
                    InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels()))
                .build());
    network.init();
    return network;
  }

  private static NetworkFile.Content read(MultiLayerNetwork network) {
    return NetworkFile.read(
        RandomDl4jNetwork.zip(network.getLayerWiseConfigurations().toJson(), network.params()),
        "model.zip",
        IMAGE);
  }

  /** Deeplearning4j's gradients of a training step, in our layout. */
  private static float[] theirGradients(MultiLayerNetwork network, INDArray images) {
    int batch = (int) images.size(0);
    INDArray labels = Nd4j.zeros(batch, CLASSES);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, 0, 1);
    }
    Nd4j.getRandom().setSeed(11);
    network.setInput(images.dup());
    network.setLabels(labels);
    network.computeGradientAndScore();
    // It divides by the size of the minibatch later, when it updates.
    float[] gradients = network.gradient().gradient().div(batch).dup().data().asFloat();
    return Dl4jNetwork.read(network.getLayerWiseConfigurations().toJson(), "net", IMAGE)
        .sorted(gradients)
        .parameters();
  }

  private static float[] ourGradients(MultiLayerNetwork network, INDArray images) {
    NetworkFile.Content content = read(network);
    StartValues start = Objects.requireNonNull(content.start());
    CompactNetwork dense = CompactNetwork.dense(content.network());
    float[] gradients = new float[dense.parameters().size()];
    int batch = (int) images.size(0);
    try (NetworkExecutor executor = new NetworkExecutor(content.network(), batch)) {
      executor.forwardBackward(
          dense,
          Weights.of(dense, start.parameters()),
          images.dup('c').data().asFloat(),
          Targets.of(new int[batch]),
          11,
          gradients,
          new float[dense.statistics().size()]);
    }
    return gradients;
  }

  private static float[] readByTheOutput(Network network, float[] gradients) {
    TensorLayout layout = CompactNetwork.dense(network).parameters();
    int output = network.logits().index();
    Tensor weights = layout.tensor(output, Kind.WEIGHT);
    float ofBias = gradients[layout.tensor(output, Kind.BIAS).offset()];
    float[] values = new float[weights.size() / CLASSES];
    for (int i = 0; i < values.length; i++) {
      values[i] = gradients[weights.offset() + i] / ofBias;
    }
    return values;
  }
}
