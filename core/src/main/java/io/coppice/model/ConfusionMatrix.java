package io.coppice.model;

import java.util.List;

/** For every class how many of its images a model takes for which class. Immutable. */
public final class ConfusionMatrix {

  private final List<String> labels;
  private final long[][] counts;

  /**
   * @param labels a name for each class
   * @param counts images by their class and the class that the model gives them; copied
   */
  ConfusionMatrix(List<String> labels, long[][] counts) {
    this.labels = List.copyOf(labels);
    this.counts = new long[counts.length][];
    for (int label = 0; label < counts.length; label++) {
      this.counts[label] = counts[label].clone();
    }
  }

  /** Names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** Number of images of one class that the model takes for another, or for the same. */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  /**
   * Of this one's images and of others.
   *
   * @throws IllegalArgumentException if they are of other classes
   */
  ConfusionMatrix plus(ConfusionMatrix others) {
    if (!labels.equals(others.labels)) {
      throw new IllegalArgumentException(
          "images of the classes " + labels + " and of " + others.labels);
    }
    ConfusionMatrix sum = new ConfusionMatrix(labels, counts);
    for (int label = 0; label < counts.length; label++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        sum.counts[label][predicted] += others.counts[label][predicted];
      }
    }
    return sum;
  }

  /** Number of images of a class. */
  public long images(int label) {
    long images = 0;
    for (long count : counts[label]) {
      images += count;
    }
    return images;
  }

  /** Number of all images. */
  public long images() {
    long images = 0;
    for (int label = 0; label < counts.length; label++) {
      images += images(label);
    }
    return images;
  }

  /** Number of images classified right. */
  public long correct() {
    long correct = 0;
    for (int label = 0; label < counts.length; label++) {
      correct += counts[label][label];
    }
    return correct;
  }
}
