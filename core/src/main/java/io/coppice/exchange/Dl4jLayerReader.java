package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.exchange.Dl4jLayer.PaddingMode;
import io.coppice.exchange.Dl4jLayer.Surroundings;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a layer or vertex computes from its JSON. A class is a name that is compared with
 * those that are known; none is loaded. Defaults of missing members are those that Deeplearning4j
 * takes.
 */
final class Dl4jLayerReader {

  /** What can be taken over, for messages. */
  static final String KNOWN =
      "ConvolutionLayer, DepthwiseConvolution2D, SeparableConvolution2D, BatchNormalization,"
          + " ActivationLayer, SubsamplingLayer (MAX, AVG), GlobalPoolingLayer (MAX, AVG),"
          + " ZeroPaddingLayer, DropoutLayer, DenseLayer, OutputLayer and LossLayer (softmax with"
          + " MCXENT or negative log likelihood), ElementWiseVertex (Add), MergeVertex,"
          + " PreprocessorVertex; activations ReLU, ReLU6, LeakyReLU and identity; NCHW";

  private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
  private static final String VERTICES = "org.deeplearning4j.nn.conf.graph.";
  private static final String ACTIVATIONS = "org.nd4j.linalg.activations.impl.";
  private static final String LOSSES = "org.nd4j.linalg.lossfunctions.impl.";
  private static final String DROPOUT = "org.deeplearning4j.nn.conf.dropout.Dropout";

  private static final List<String> CROSS_ENTROPIES =
      List.of("LossMCXENT", "LossNegativeLogLikelihood", "LossSparseMCXENT");

  /** Clips the loss of probabilities that are almost 0; larger ones would change it. */
  private static final double LARGEST_CLIP = 1e-5;

  private final Dl4jNotes notes;

  Dl4jLayerReader(Dl4jNotes notes) {
    this.notes = notes;
  }

  /**
   * Reads a layer.
   *
   * @param variables names of its parameters as it was saved; empty where it never had any
   * @throws InvalidNetworkException if its JSON is not what its class has
   */
  @Nullable Dl4jLayer layer(Dl4jObject json, Collection<String> variables) {
    String name = json.className();
    if (!name.startsWith(LAYERS)) {
      json.problem(name + " is not known");
      return null;
    }
    Dl4jObject layer = json.withClass();
    return switch (name.substring(LAYERS.length())) {
      case "ConvolutionLayer", "Convolution2D" -> convolution(layer);
      case "DepthwiseConvolution2D" -> depthwise(layer);
      case "SeparableConvolution2D" -> separable(layer);
      case "BatchNormalization" -> norm(layer, variables);
      case "ActivationLayer" -> activation(layer);
      case "SubsamplingLayer", "Pooling2D" -> pool(layer);
      case "GlobalPoolingLayer" -> globalPool(layer);
      case "ZeroPaddingLayer" -> zeroPadding(layer);
      case "DropoutLayer" -> dropoutLayer(layer);
      case "DenseLayer" -> dense(layer);
      case "OutputLayer" -> output(layer);
      case "LossLayer" -> loss(layer);
      default -> {
        json.problem(name + " is not known");
        yield null;
      }
    };
  }

  /** Reads a vertex that is no layer. */
  @Nullable Dl4jLayer vertex(Dl4jObject json) {
    String name = json.className();
    Dl4jObject vertex = json.withClass();
    switch (name) {
      case VERTICES + "ElementWiseVertex" -> {
        String operation = vertex.word("op", "");
        if (!operation.equals("Add")) {
          vertex.problem("op " + operation + " is not known, only Add");
        }
        vertex.requireNothingElse();
        return new Dl4jLayer.Add();
      }
      case VERTICES + "MergeVertex" -> {
        JsonNode axis = vertex.member("mergeAxis");
        if (axis != null && axis.asInt() != 1) {
          vertex.problem("mergeAxis " + axis + " is not known, only 1, the channels");
        }
        vertex.ignore("modified");
        vertex.requireNothingElse();
        return new Dl4jLayer.Merge();
      }
      case VERTICES + "PreprocessorVertex" -> {
        vertex.ignore("preProcessor");
        vertex.requireNothingElse();
        return new Dl4jLayer.Reshape();
      }
      default -> {
        json.problem(name + " is not known");
        return null;
      }
    }
  }

  /** Reads how a layer reshapes what it reads. */
  static Dl4jVertex.@Nullable View view(Dl4jObject json) {
    String name = json.className();
    boolean flat =
        name.equals("org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor");
    if (!flat
        && !name.equals("org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor")) {
      json.problem(name + " is not known");
      return null;
    }
    json.requireWord("format", "NCHW");
    Dl4jVertex.View view =
        new Dl4jVertex.View(
            flat,
            json.integer("numChannels"),
            json.integer("inputHeight"),
            json.integer("inputWidth"));
    json.requireNothingElse();
    return view;
  }

  private Dl4jLayer convolution(Dl4jObject json) {
    Surroundings around = surroundings(json);
    Dl4jLayer layer =
        new Dl4jLayer.Convolution(around, outputs(json), window(json), json.flag("hasBias", true));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer depthwise(Dl4jObject json) {
    Surroundings around = surroundings(json);
    Dl4jLayer layer =
        new Dl4jLayer.Depthwise(
            around,
            outputs(json),
            json.integer("depthMultiplier"),
            window(json),
            json.flag("hasBias", true));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer separable(Dl4jObject json) {
    Surroundings around = surroundings(json);
    Dl4jLayer layer =
        new Dl4jLayer.Separable(
            around,
            outputs(json),
            json.integer("depthMultiplier"),
            window(json),
            json.flag("hasBias", true));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer norm(Dl4jObject json, Collection<String> variables) {
    weighted(json);
    json.requireWord("cnn2DFormat", "NCHW");
    // Deeplearning4j applies neither to a batch norm, though both may be set for all layers.
    json.ignore("activationFn", "idropout", "cudnnAllowFallback", "nin", "gamma", "beta");
    if (json.flag("lockGammaBeta", false)) {
      json.problem("lockGammaBeta is not known: scale and shift are always trained");
    }
    if (!json.flag("minibatch", true)) {
      json.problem("minibatch false is not known");
    }
    // What was saved says it for sure; the flag is missing in older files.
    boolean logDeviation =
        variables.isEmpty() ? json.flag("useLogStd", false) : variables.contains("log10stdev");
    json.ignore("useLogStd");
    Dl4jLayer layer =
        new Dl4jLayer.Norm(
            outputs(json), json.real("eps", 1e-5), json.real("decay", 0.9), logDeviation);
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer activation(Dl4jObject json) {
    plain(json);
    Dl4jLayer layer = new Dl4jLayer.Activation(function(json));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer pool(Dl4jObject json) {
    plain(json);
    String type = json.word("poolingType", "");
    boolean padding = json.flag("avgPoolIncludePadInDivisor", true);
    Layer.Pool.Kind kind =
        switch (type) {
          case "MAX" -> Layer.Pool.Kind.MAXIMUM;
          case "AVG" -> padding ? Layer.Pool.Kind.MEAN_WITH_PADDING : Layer.Pool.Kind.MEAN;
          default -> {
            json.problem("poolingType " + type + " is not known, only MAX and AVG");
            yield Layer.Pool.Kind.MEAN;
          }
        };
    json.ignore("pnorm", "eps");
    Dl4jLayer layer = new Dl4jLayer.Pool(kind, window(json));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer globalPool(Dl4jObject json) {
    plain(json);
    String type = json.word("poolingType", "");
    Layer.GlobalPool.Kind kind =
        switch (type) {
          case "MAX" -> Layer.GlobalPool.Kind.MAXIMUM;
          case "AVG" -> Layer.GlobalPool.Kind.MEAN;
          default -> {
            json.problem("poolingType " + type + " is not known, only MAX and AVG");
            yield Layer.GlobalPool.Kind.MEAN;
          }
        };
    int[] axes = json.integers("poolingDimensions", 2, 3);
    if (!Arrays.equals(axes, new int[] {2, 3})) {
      json.problem("poolingDimensions " + Arrays.toString(axes) + " are not known, only [2, 3]");
    }
    json.ignore("pnorm");
    Dl4jLayer layer = new Dl4jLayer.GlobalPool(kind, json.flag("collapseDimensions", true));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer zeroPadding(Dl4jObject json) {
    plain(json);
    json.requireWord("dataFormat", "NCHW");
    Dl4jLayer layer = new Dl4jLayer.ZeroPadding(json.integers("padding", 0, 0, 0, 0));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer dropoutLayer(Dl4jObject json) {
    weighted(json);
    json.ignore("activationFn", "nin", "nout");
    Dl4jLayer layer = new Dl4jLayer.Dropout(dropout(json));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer dense(Dl4jObject json) {
    if (json.flag("hasLayerNorm", false)) {
      json.problem("hasLayerNorm is not known");
    }
    Surroundings around = surroundings(json);
    Dl4jLayer layer = new Dl4jLayer.Dense(around, outputs(json), json.flag("hasBias", true), false);
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer output(Dl4jObject json) {
    weighted(json);
    requireCrossEntropy(json);
    Surroundings around = new Surroundings(json.integer("nin"), dropout(json), null);
    Dl4jLayer layer = new Dl4jLayer.Dense(around, outputs(json), json.flag("hasBias", true), true);
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer loss(Dl4jObject json) {
    weighted(json);
    requireCrossEntropy(json);
    // Deeplearning4j drops nothing before it, whatever is set.
    json.ignore("nin", "nout", "hasBias", "idropout");
    json.requireNothingElse();
    return new Dl4jLayer.Loss();
  }

  private static void requireCrossEntropy(Dl4jObject json) {
    String activation = json.object("activationFn").className();
    if (!activation.equals(ACTIVATIONS + "ActivationSoftmax")) {
      json.problem("activation " + activation + " is not known here, only softmax");
    }
    Dl4jObject loss = json.object("lossFn");
    String name = loss.className();
    if (CROSS_ENTROPIES.stream().noneMatch(known -> name.equals(LOSSES + known))) {
      json.problem("loss " + name + " is not known, only " + CROSS_ENTROPIES);
      return;
    }
    if (loss.real("softmaxClipEps", 0) > LARGEST_CLIP) {
      loss.problem("softmaxClipEps above " + LARGEST_CLIP + " is not known");
    }
    // Weights of classes, above all.
    loss.requireNothingElse();
  }

  private Surroundings surroundings(Dl4jObject json) {
    weighted(json);
    return new Surroundings(json.integer("nin"), dropout(json), function(json));
  }

  /** Members that all layers with weights have. */
  private void weighted(Dl4jObject json) {
    common(json);
    json.refuse("weightNoise");
    json.ignore("gainInit", "timeDistributedFormat");
    notes.take(json, "iupdater", "updater");
    notes.take(json, "biasUpdater", "updater of biases");
    notes.take(json, "weightInitFn", "initialisation of weights");
    notes.take(json, "regularization", "regularisation");
    notes.take(json, "regularizationBias", "regularisation of biases");
    if (json.real("biasInit", 0) != 0) {
      notes.add("initial biases", String.valueOf(json.real("biasInit", 0)));
    }
  }

  /** Members of a layer without weights, which drops nothing whatever is set for all layers. */
  private void plain(Dl4jObject json) {
    common(json);
    json.ignore("idropout");
  }

  private void common(Dl4jObject json) {
    json.ignore("layerName");
    json.refuse("constraints");
    String normalisation = json.word("gradientNormalization", "None");
    json.ignore("gradientNormalizationThreshold");
    if (!normalisation.equals("None")) {
      notes.add("gradient normalisation", normalisation);
    }
  }

  private static int outputs(Dl4jObject json) {
    return json.integer("nout");
  }

  private static Dl4jLayer.Window window(Dl4jObject json) {
    json.ignore(
        "cudnnAlgoMode",
        "cudnnAllowFallback",
        "cudnnBwdDataAlgo",
        "cudnnBwdFilterAlgo",
        "cudnnFwdAlgo");
    json.requireWord("cnn2dDataFormat", "NCHW");
    int[] dilation = json.integers("dilation", 1, 1);
    if (!Arrays.equals(dilation, new int[] {1, 1})) {
      json.problem("dilation " + Arrays.toString(dilation) + " is not known");
    }
    String mode = json.word("convolutionMode", "Truncate");
    PaddingMode known =
        switch (mode) {
          case "Same" -> PaddingMode.SAME;
          case "Truncate" -> PaddingMode.TRUNCATE;
          case "Strict" -> PaddingMode.STRICT;
          default -> {
            json.problem(
                "convolutionMode " + mode + " is not known, only Same, Truncate and Strict");
            yield PaddingMode.TRUNCATE;
          }
        };
    if (json.member("kernelSize") == null) {
      json.problem("kernelSize is missing");
    }
    return new Dl4jLayer.Window(
        json.integers("kernelSize", 1, 1),
        json.integers("stride", 1, 1),
        json.integers("padding", 0, 0),
        known);
  }

  /** The chance of an input value to become 0. */
  private static double dropout(Dl4jObject json) {
    if (!json.says("idropout")) {
      return 0;
    }
    Dl4jObject dropout = json.object("idropout");
    String name = dropout.className();
    if (!name.equals(DROPOUT)) {
      json.problem("dropout " + name + " is not known, only " + DROPOUT);
      return 0;
    }
    dropout.refuse("pschedule", "pSchedule");
    dropout.ignore("helperAllowFallback");
    double stay = dropout.real("p", 1);
    if (!(stay > 0 && stay <= 1)) {
      dropout.problem("p is the chance to stay, in (0, 1], found " + stay);
      return 0;
    }
    dropout.requireNothingElse();
    return 1 - stay;
  }

  /** The function of a layer's activation; null for the value itself. */
  private static Layer.Activation.@Nullable Function function(Dl4jObject json) {
    Dl4jObject activation = json.object("activationFn");
    String name = activation.className();
    if (name.startsWith(ACTIVATIONS)) {
      switch (name.substring(ACTIVATIONS.length())) {
        case "ActivationIdentity" -> {
          return null;
        }
        case "ActivationReLU" -> {
          return relu(activation);
        }
        case "ActivationReLU6" -> {
          activation.requireNothingElse();
          return Layer.Activation.RELU6.function();
        }
        case "ActivationLReLU" -> {
          double slope = activation.real("alpha", 0.01);
          activation.requireNothingElse();
          return leaky(activation, slope);
        }
        default -> {}
      }
    }
    json.problem("activation " + name + " is not known");
    return null;
  }

  private static Layer.Activation.@Nullable Function relu(Dl4jObject json) {
    double threshold = json.real("threshold", 0);
    double slope = json.real("negativeSlope", 0);
    double most = json.real("max", Double.POSITIVE_INFINITY);
    json.requireNothingElse();
    if (threshold != 0) {
      json.problem("threshold " + threshold + " is not known");
    } else if (most == 6 && slope == 0) {
      return Layer.Activation.RELU6.function();
    } else if (most != Double.POSITIVE_INFINITY) {
      json.problem(String.format(Locale.ROOT, "max %s with slope %s is not known", most, slope));
    }
    return leaky(json, slope);
  }

  private static Layer.Activation.Function leaky(Dl4jObject json, double slope) {
    if (slope == 0) {
      return Layer.Activation.RELU.function();
    }
    if (!(slope > 0 && slope < 1)) {
      json.problem("the slope of a leaky ReLU lies in [0, 1), found " + slope);
      return Layer.Activation.RELU.function();
    }
    return Layer.Activation.leakyRelu((float) slope).function();
  }
}
