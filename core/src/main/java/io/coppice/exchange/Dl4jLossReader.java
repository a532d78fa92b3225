package io.coppice.exchange;

import java.util.List;

/** Reads the loss of an output, of which only cross-entropy of classes is known. */
final class Dl4jLossReader {

  private static final String PACKAGE = "org.nd4j.linalg.lossfunctions.impl.";

  private static final List<String> CROSS_ENTROPIES =
      List.of("LossMCXENT", "LossNegativeLogLikelihood", "LossSparseMCXENT");

  /** Clips the loss of probabilities that are almost 0; larger ones would change it. */
  private static final double LARGEST_CLIP = 1e-5;

  private Dl4jLossReader() {}

  /** Refuses a loss other than cross-entropy, or with weights of its classes. */
  static void requireCrossEntropy(Dl4jObject layer) {
    Dl4jObject loss = layer.object("lossFn");
    String name = loss.className();
    if (CROSS_ENTROPIES.stream().noneMatch(known -> name.equals(PACKAGE + known))) {
      layer.problem("loss " + name + " is not known, only " + CROSS_ENTROPIES);
      return;
    }
    if (loss.real("softmaxClipEps", 0) > LARGEST_CLIP) {
      loss.problem("softmaxClipEps above " + LARGEST_CLIP + " is not known");
    }
    loss.requireNothingElse();
  }
}
