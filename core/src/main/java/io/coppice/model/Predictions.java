package io.coppice.model;

import java.util.Arrays;

/** What a model says of some images: for each a logit and a probability for every class. */
public final class Predictions {

  private final int classes;
  private final float[] logits;

  /** Takes the logits {@code (images, classes)} over. */
  Predictions(int classes, float[] logits) {
    this.classes = classes;
    this.logits = logits;
  }

  /** Number of images. */
  public int images() {
    return logits.length / classes;
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** The network's output of an image, one value a class. */
  public float[] logits(int image) {
    return Arrays.copyOfRange(logits, first(image), first(image) + classes);
  }

  /** The probabilities of the classes of an image: the softmax of its logits. */
  public float[] probabilities(int image) {
    double logOfSum = logOfSum(image);
    float[] probabilities = new float[classes];
    for (int c = 0; c < classes; c++) {
      probabilities[c] = (float) Math.exp(logits[first(image) + c] - logOfSum);
    }
    return probabilities;
  }

  /** The most probable class of an image; the first of them where several are. */
  public int predictedClass(int image) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (logits[first(image) + c] > logits[first(image) + best]) {
        best = c;
      }
    }
    return best;
  }

  /** Cross-entropy of an image of the given class, in nats. */
  public double loss(int image, int label) {
    return logOfSum(image) - logits[first(image) + label];
  }

  /** log sum exp of an image's logits, safe from overflow. */
  private double logOfSum(int image) {
    double largest = logits[first(image) + predictedClass(image)];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[first(image) + c] - largest);
    }
    return largest + Math.log(sum);
  }

  private int first(int image) {
    if (image < 0 || image >= images()) {
      throw new IndexOutOfBoundsException(
          "image " + image + " of predictions of " + images() + " images");
    }
    return image * classes;
  }
}
