package io.coppice.spark;

import io.coppice.data.InvalidDataException;
import io.coppice.model.ModelEvaluation;
import java.util.List;

/**
 * How a model did on some of the images of a source.
 *
 * @param lossSum sum of the images' cross-entropies in nats
 * @param counts images by their class and the class that the model gives them
 * @param problem what is wrong with the images; empty: nothing
 */
record EvaluatedPart(double lossSum, long[][] counts, String problem) {

  /** Of no images. */
  static EvaluatedPart none(int classes) {
    return new EvaluatedPart(0, new long[classes][classes], "");
  }

  EvaluatedPart plus(EvaluatedPart other) {
    long[][] sum = new long[counts.length][counts.length];
    for (int label = 0; label < sum.length; label++) {
      for (int predicted = 0; predicted < sum.length; predicted++) {
        sum[label][predicted] = counts[label][predicted] + other.counts[label][predicted];
      }
    }
    return new EvaluatedPart(
        lossSum + other.lossSum, sum, problem.isEmpty() ? other.problem : problem);
  }

  /**
   * What it says of the model.
   *
   * @throws InvalidDataException if something is wrong with the images, or there are none
   */
  ModelEvaluation evaluation(String source, List<String> labels) {
    if (!problem.isEmpty()) {
      throw new InvalidDataException(problem);
    }
    ModelEvaluation evaluation = ModelEvaluation.of(labels, lossSum, counts);
    if (evaluation.images() == 0) {
      throw new InvalidDataException(
          source + ": expected images to evaluate the model on, found none");
    }
    return evaluation;
  }
}
