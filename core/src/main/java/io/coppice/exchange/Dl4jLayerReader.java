package io.coppice.exchange;

import io.coppice.exchange.Dl4jLayer.Surroundings;
import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a layer computes from its JSON. A class is a name that is compared with those that are
 * known; none is loaded. Defaults of missing members are those that Deeplearning4j takes.
 */
final class Dl4jLayerReader {

  private static final String PACKAGE = "org.deeplearning4j.nn.conf.layers.";

  private final Dl4jTrainingReader training;

  Dl4jLayerReader(Dl4jNotes notes) {
    this.training = new Dl4jTrainingReader(notes);
  }

  /**
   * Reads a layer.
   *
   * @param variables names of its parameters as it was saved; empty where it never had any
   * @throws InvalidNetworkException if its JSON is not what its class has
   */
  @Nullable Dl4jLayer read(Dl4jObject json, Collection<String> variables) {
    String name = json.className();
    if (!name.startsWith(PACKAGE)) {
      json.problem(name + " is not known");
      return null;
    }
    Dl4jObject layer = json.withClass();
    return switch (name.substring(PACKAGE.length())) {
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

  private Dl4jLayer convolution(Dl4jObject json) {
    Surroundings around = surroundings(json);
    Dl4jLayer layer =
        new Dl4jLayer.Convolution(
            around, outputs(json), Dl4jWindowReader.read(json), json.flag("hasBias", true));
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
            Dl4jWindowReader.read(json),
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
            Dl4jWindowReader.read(json),
            json.flag("hasBias", true));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer norm(Dl4jObject json, Collection<String> variables) {
    training.readOfTrained(json);
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
    training.readOfUntrained(json);
    Dl4jLayer layer = new Dl4jLayer.Activation(Dl4jActivationReader.read(json));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer pool(Dl4jObject json) {
    training.readOfUntrained(json);
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
    Dl4jLayer layer = new Dl4jLayer.Pool(kind, Dl4jWindowReader.read(json));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer globalPool(Dl4jObject json) {
    training.readOfUntrained(json);
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
    training.readOfUntrained(json);
    json.requireWord("dataFormat", "NCHW");
    Dl4jLayer layer = new Dl4jLayer.ZeroPadding(json.integers("padding", 0, 0, 0, 0));
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer dropoutLayer(Dl4jObject json) {
    training.readOfTrained(json);
    json.ignore("activationFn", "nin", "nout");
    Dl4jLayer layer = new Dl4jLayer.Dropout(Dl4jDropoutReader.read(json));
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
    training.readOfTrained(json);
    requireCrossEntropy(json);
    Surroundings around = new Surroundings(json.integer("nin"), Dl4jDropoutReader.read(json), null);
    Dl4jLayer layer = new Dl4jLayer.Dense(around, outputs(json), json.flag("hasBias", true), true);
    json.requireNothingElse();
    return layer;
  }

  private Dl4jLayer loss(Dl4jObject json) {
    training.readOfTrained(json);
    requireCrossEntropy(json);
    // Deeplearning4j drops nothing before it, whatever is set.
    json.ignore("nin", "nout", "hasBias", "idropout");
    json.requireNothingElse();
    return new Dl4jLayer.Loss();
  }

  private static void requireCrossEntropy(Dl4jObject json) {
    Dl4jActivationReader.requireSoftmax(json);
    Dl4jLossReader.requireCrossEntropy(json);
  }

  private Surroundings surroundings(Dl4jObject json) {
    training.readOfTrained(json);
    return new Surroundings(
        json.integer("nin"), Dl4jDropoutReader.read(json), Dl4jActivationReader.read(json));
  }

  private static int outputs(Dl4jObject json) {
    return json.integer("nout");
  }
}
