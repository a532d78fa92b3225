package io.coppice.ml;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which class an image is of, by the probabilities of all.
 *
 * @param thresholds of the classes, as Spark ML has them: the class with the largest probability
 *     over its threshold; empty: the largest probability
 */
@SuppressWarnings("ArrayRecordComponent") // made once, for a task
record Decision(double[] thresholds) implements Serializable {

  /** The softmax of logits. */
  static double[] probabilities(double[] logits) {
    double largest = Arrays.stream(logits).max().orElse(0);
    double[] probabilities = Arrays.stream(logits).map(x -> Math.exp(x - largest)).toArray();
    double sum = Arrays.stream(probabilities).sum();
    Arrays.setAll(probabilities, i -> probabilities[i] / sum);
    return probabilities;
  }

  /** The class; the first of them where several are. */
  int of(double[] probabilities) {
    int best = 0;
    for (int label = 1; label < probabilities.length; label++) {
      if (scaled(probabilities, label) > scaled(probabilities, best)) {
        best = label;
      }
    }
    return best;
  }

  private double scaled(double[] probabilities, int label) {
    if (thresholds.length == 0) {
      return probabilities[label];
    }
    return thresholds[label] == 0
        ? Double.POSITIVE_INFINITY
        : probabilities[label] / thresholds[label];
  }
}
