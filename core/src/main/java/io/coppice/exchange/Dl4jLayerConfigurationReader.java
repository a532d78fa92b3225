package io.coppice.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code NeuralNetConfiguration}: a layer, and how Deeplearning4j would train it, which is
 * noted and not taken over.
 */
final class Dl4jLayerConfigurationReader {

  private final Dl4jNotes notes;
  private final Dl4jLayerReader layers;

  Dl4jLayerConfigurationReader(Dl4jNotes notes) {
    this.notes = notes;
    this.layers = new Dl4jLayerReader(notes);
  }

  /**
   * Reads the layer.
   *
   * @return null if it is not known
   */
  @Nullable Dl4jLayer read(Dl4jObject json) {
    if (!json.flag("minimize", true)) {
      json.problem("minimize false is not known");
    }
    if (!json.flag("miniBatch", true)) {
      notes.add("gradients", "not divided by the size of the minibatch");
    }
    String algorithm = json.word("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT");
    if (!algorithm.equals("STOCHASTIC_GRADIENT_DESCENT")) {
      notes.add("optimisation", algorithm);
    }
    notes.take(json, "stepFunction", "step function");
    json.ignore(
        "cacheMode",
        "dataType",
        "epochCount",
        "iterationCount",
        "layer",
        "maxNumLineSearchIterations",
        "seed");
    List<String> variables = Dl4jNames.list(json.member("variables"), json.where());
    json.requireNothingElse();
    return layers.read(json.part("layer"), variables);
  }
}
