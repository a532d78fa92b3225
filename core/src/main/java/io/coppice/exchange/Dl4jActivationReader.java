package io.coppice.exchange;

import io.coppice.network.Layer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the function of a layer's activation. */
final class Dl4jActivationReader {

  private static final String PACKAGE = "org.nd4j.linalg.activations.impl.";
  private static final String SOFTMAX = PACKAGE + "ActivationSoftmax";

  private Dl4jActivationReader() {}

  /** The function of a layer's activation; null for the value itself. */
  static Layer.Activation.@Nullable Function read(Dl4jObject layer) {
    Dl4jObject activation = layer.object("activationFn");
    String name = activation.className();
    if (name.startsWith(PACKAGE)) {
      switch (name.substring(PACKAGE.length())) {
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
    layer.problem("activation " + name + " is not known");
    return null;
  }

  /** Refuses an output's activation other than softmax. */
  static void requireSoftmax(Dl4jObject layer) {
    String name = layer.object("activationFn").className();
    if (!name.equals(SOFTMAX)) {
      layer.problem("activation " + name + " is not known here, only softmax");
    }
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
