package io.coppice.exchange;

/**
 * Reads what every layer says about its training. It is noted and not taken over; what would change
 * the function that is trained is refused.
 */
final class Dl4jTrainingReader {

  private final Dl4jNotes notes;

  Dl4jTrainingReader(Dl4jNotes notes) {
    this.notes = notes;
  }

  /** Members that all layers with weights have. */
  void readOfTrained(Dl4jObject layer) {
    readOfAny(layer);
    layer.refuse("weightNoise");
    layer.ignore("gainInit", "timeDistributedFormat");
    notes.take(layer, "iupdater", "updater");
    notes.take(layer, "biasUpdater", "updater of biases");
    notes.take(layer, "weightInitFn", "initialisation of weights");
    notes.take(layer, "regularization", "regularisation");
    notes.take(layer, "regularizationBias", "regularisation of biases");
    if (layer.real("biasInit", 0) != 0) {
      notes.add("initial biases", String.valueOf(layer.real("biasInit", 0)));
    }
  }

  /** Members of a layer without weights, which drops nothing whatever is set for all layers. */
  void readOfUntrained(Dl4jObject layer) {
    readOfAny(layer);
    layer.ignore("idropout");
  }

  private void readOfAny(Dl4jObject layer) {
    layer.ignore("layerName");
    layer.refuse("constraints");
    String normalisation = layer.word("gradientNormalization", "None");
    layer.ignore("gradientNormalizationThreshold");
    if (!normalisation.equals("None")) {
      notes.add("gradient normalisation", normalisation);
    }
  }
}
