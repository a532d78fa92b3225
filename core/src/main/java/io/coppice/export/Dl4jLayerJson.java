package io.coppice.export;

import io.coppice.network.Layer;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deeplearning4j's layers and vertices of a {@code ComputationGraphConfiguration}, with all members
 * that it writes itself: what it computes by, and its defaults for what no prediction depends on.
 */
final class Dl4jLayerJson {

  /** Learning rate that the graph starts with where somebody trains it further. */
  private static final double FURTHER_LEARNING_RATE = 1e-3;

  private static final String CONFIGURATION = "org.deeplearning4j.nn.conf.";
  private static final String LAYERS = CONFIGURATION + "layers.";
  private static final String VERTICES = CONFIGURATION + "graph.";
  private static final String PREPROCESSORS = CONFIGURATION + "preprocessor.";
  private static final String ACTIVATIONS = "org.nd4j.linalg.activations.impl.";
  private static final String CHANNELS_FIRST = "NCHW";

  private Dl4jLayerJson() {}

  /** A layer that Deeplearning4j gives no weights. */
  private static Dl4jJson untrained(String type) {
    return Dl4jJson.of(LAYERS + type)
        .with("constraints", null)
        .with("gradientNormalization", "None")
        .with("gradientNormalizationThreshold", 0.0)
        .with("idropout", null);
  }

  /** A layer that Deeplearning4j may give weights, and has a number of inputs and outputs. */
  private static Dl4jJson trained(String type, Dl4jJson activation, int in, int out) {
    return untrained(type)
        .with("activationFn", activation)
        .with("biasInit", 0.0)
        .with("biasUpdater", null)
        .with("gainInit", 1.0)
        .with("gradientNormalizationThreshold", 1.0)
        .with(
            "iupdater",
            Dl4jJson.of("org.nd4j.linalg.learning.config.Sgd")
                .with("learningRate", FURTHER_LEARNING_RATE))
        .with("nin", in)
        .with("nout", out)
        .with("regularization", List.of())
        .with("regularizationBias", List.of())
        .with("timeDistributedFormat", null)
        .with("weightInitFn", Dl4jJson.of("org.deeplearning4j.nn.weights.WeightInitXavier"))
        .with("weightNoise", null);
  }

  private static Dl4jJson activation(String name) {
    return Dl4jJson.of(ACTIVATIONS + "Activation" + name);
  }

  private static Dl4jJson convolution(
      String type, Window window, int[] padding, int in, int out, boolean bias) {
    return trained(type, activation("Identity"), in, out)
        .with("cnn2dDataFormat", CHANNELS_FIRST)
        .with("convolutionMode", "Truncate")
        .with("cudnnAlgoMode", "PREFER_FASTEST")
        .with("cudnnAllowFallback", true)
        .with("cudnnBwdDataAlgo", null)
        .with("cudnnBwdFilterAlgo", null)
        .with("cudnnFwdAlgo", null)
        .with("dilation", new int[] {1, 1})
        .with("hasBias", bias)
        .with("kernelSize", new int[] {window.height(), window.width()})
        .with("padding", padding)
        .with("stride", new int[] {window.strideHeight(), window.strideWidth()});
  }

  /**
   * A convolution.
   *
   * @param padding above and below; on the left and on the right
   */
  static Dl4jJson convolution(Window window, int[] padding, int in, int out, boolean bias) {
    return convolution("ConvolutionLayer", window, padding, in, out, bias);
  }

  /**
   * A depthwise convolution.
   *
   * @param padding above and below; on the left and on the right
   * @param multiplier output channels of every input channel
   */
  static Dl4jJson depthwise(Window window, int[] padding, int in, int multiplier, boolean bias) {
    return convolution("DepthwiseConvolution2D", window, padding, in, in * multiplier, bias)
        .with("depthMultiplier", multiplier);
  }

  static Dl4jJson batchNorm(Layer.BatchNorm norm, int channels) {
    // Its activation is not applied: it is the default of all layers.
    return trained("BatchNormalization", activation("Sigmoid"), channels, channels)
        .with("beta", 0.0)
        .with("cnn2DFormat", CHANNELS_FIRST)
        .with("cudnnAllowFallback", true)
        .with("decay", (double) (1 - norm.momentum()))
        .with("eps", (double) norm.epsilon())
        .with("gamma", 1.0)
        .with("lockGammaBeta", false)
        .with("minibatch", true)
        .with("useLogStd", false);
  }

  static Dl4jJson activation(Layer.Activation.Function function) {
    Dl4jJson json =
        switch (function.kind()) {
          case RELU ->
              activation("ReLU")
                  .with("max", null)
                  .with("negativeSlope", null)
                  .with("threshold", null);
          case RELU6 -> activation("ReLU6");
          case LEAKY_RELU -> activation("LReLU").with("alpha", (double) function.slope());
        };
    return untrained("ActivationLayer").with("activationFn", json);
  }

  /**
   * A pool whose mean does not count padding.
   *
   * @param padding above and below; on the left and on the right
   */
  static Dl4jJson pool(Layer.Pool.Kind kind, Window window, int[] padding) {
    return untrained("SubsamplingLayer")
        .with("avgPoolIncludePadInDivisor", false)
        .with("cnn2dDataFormat", CHANNELS_FIRST)
        .with("convolutionMode", "Truncate")
        .with("cudnnAllowFallback", true)
        .with("dilation", new int[] {1, 1})
        .with("eps", 1e-8)
        .with("kernelSize", new int[] {window.height(), window.width()})
        .with("padding", padding)
        .with("pnorm", 0)
        .with("poolingType", kind == Layer.Pool.Kind.MAXIMUM ? "MAX" : "AVG")
        .with("stride", new int[] {window.strideHeight(), window.strideWidth()});
  }

  static Dl4jJson globalPool(Layer.GlobalPool.Kind kind) {
    return untrained("GlobalPoolingLayer")
        .with("collapseDimensions", true)
        .with("pnorm", 2)
        .with("poolingDimensions", new int[] {2, 3})
        .with("poolingType", kind == Layer.GlobalPool.Kind.MAXIMUM ? "MAX" : "AVG");
  }

  /**
   * Zeros around a tensor.
   *
   * @param sides top, bottom, left, right
   */
  static Dl4jJson zeroPadding(int... sides) {
    return untrained("ZeroPaddingLayer").with("dataFormat", CHANNELS_FIRST).with("padding", sides);
  }

  /**
   * A tensor without its border.
   *
   * @param sides top, bottom, left, right
   */
  static Dl4jJson cropping(int... sides) {
    return untrained("convolutional.Cropping2D")
        .with("cropping", sides)
        .with("dataFormat", CHANNELS_FIRST);
  }

  /**
   * A dropout.
   *
   * @param rate chance to be dropped
   */
  static Dl4jJson dropout(double rate) {
    // Its members are not sorted: the one that its constructor takes comes first.
    Map<String, @Nullable Object> dropout = new LinkedHashMap<>();
    dropout.put("@class", CONFIGURATION + "dropout.Dropout");
    // Deeplearning4j names the chance to stay.
    dropout.put("p", 1 - rate);
    dropout.put("helperAllowFallback", true);
    dropout.put("pschedule", null);
    return trained("DropoutLayer", activation("Sigmoid"), 0, 0).with("idropout", dropout);
  }

  static Dl4jJson dense(int in, int out, boolean bias) {
    return trained("DenseLayer", activation("Identity"), in, out)
        .with("hasBias", bias)
        .with("hasLayerNorm", false);
  }

  /** A linear layer with a softmax behind it. */
  static Dl4jJson output(int in, int out, boolean bias) {
    return trained("OutputLayer", activation("Softmax"), in, out)
        .with("hasBias", bias)
        .with("lossFn", crossEntropy());
  }

  /** A softmax. */
  static Dl4jJson loss(int classes) {
    return trained("LossLayer", activation("Softmax"), classes, 0).with("lossFn", crossEntropy());
  }

  private static Dl4jJson crossEntropy() {
    return Dl4jJson.of("org.nd4j.linalg.lossfunctions.impl.LossMCXENT")
        .with("softmaxClipEps", 1e-10);
  }

  static Dl4jJson sum() {
    return Dl4jJson.of(VERTICES + "ElementWiseVertex").with("op", "Add");
  }

  static Dl4jJson merge() {
    return Dl4jJson.of(VERTICES + "MergeVertex").with("mergeAxis", 1).with("modified", false);
  }

  /** A vertex that gives channels rows and columns, one of each. */
  static Dl4jJson spatial(int channels) {
    return Dl4jJson.of(VERTICES + "PreprocessorVertex")
        .with(
            "preProcessor",
            shaped("FeedForwardToCnnPreProcessor", channels, new Shape(channels, 1, 1)));
  }

  /** What makes vectors of tensors with rows and columns, before a layer reads them. */
  static Dl4jJson flattening(int channels, Shape shape) {
    return shaped("CnnToFeedForwardPreProcessor", channels, shape).with("format", CHANNELS_FIRST);
  }

  private static Dl4jJson shaped(String type, int channels, Shape shape) {
    return Dl4jJson.of(PREPROCESSORS + type)
        .with("inputHeight", shape.height())
        .with("inputWidth", shape.width())
        .with("numChannels", channels);
  }

  /**
   * The vertex of a layer.
   *
   * @param variables names of its weights
   * @param preprocessor what changes the shape of what it reads
   */
  static Dl4jJson vertex(
      String name, Dl4jJson layer, List<String> variables, @Nullable Dl4jJson preprocessor) {
    return Dl4jJson.of(VERTICES + "LayerVertex")
        .with("layerConf", configuration(layer.with("layerName", name), variables))
        .with("outputVertex", false)
        .with("preProcessor", preprocessor);
  }

  /**
   * A {@code NeuralNetConfiguration}.
   *
   * @param layer null for the one that holds the graph's defaults
   * @param variables names of the weights
   */
  static Dl4jJson configuration(@Nullable Dl4jJson layer, List<String> variables) {
    return Dl4jJson.plain()
        .with("cacheMode", "NONE")
        .with("dataType", "FLOAT")
        .with("epochCount", 0)
        .with("iterationCount", 0)
        .with("layer", layer)
        .with("maxNumLineSearchIterations", 5)
        .with("miniBatch", true)
        .with("minimize", true)
        .with("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT")
        .with("seed", 0)
        .with("stepFunction", null)
        .with("variables", variables);
  }
}
