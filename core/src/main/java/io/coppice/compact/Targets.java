package io.coppice.compact;

/**
 * What the images of a minibatch show: a class each, or a mixture of two classes, whose loss is
 * {@code share} of the first one's cross-entropy and the rest of the second one's. With smoothing,
 * that is the loss but for a share of {@code smoothing}, which is the mean cross-entropy of all
 * classes (Szegedy et al. 2016).
 *
 * @param labels class of each image, the one that counts as right
 * @param others second class of each image
 * @param share of the first class, in [1/2, 1]; 1: there is no second one
 * @param smoothing share of all classes alike, in [0, 1)
 */
@SuppressWarnings("ArrayRecordComponent") // read within a step, and filled anew for the next
public record Targets(int[] labels, int[] others, float share, float smoothing) {

  public Targets {
    if (share < 0.5f
        || share > 1
        || smoothing < 0
        || smoothing >= 1
        || labels.length != others.length) {
      throw new IllegalArgumentException(
          "expected two classes of each image, a share from 1/2 to 1 and a smoothing from 0 to 1,"
              + " found "
              + labels.length
              + ", "
              + others.length
              + ", "
              + share
              + " and "
              + smoothing);
    }
  }

  /** A class for each image. */
  public static Targets of(int[] labels) {
    return new Targets(labels, labels, 1, 0);
  }

  /** What the cross-entropy of an image's first class counts. */
  float first() {
    return share * (1 - smoothing);
  }

  /** What that of its second class counts; 0: it has none. */
  float second() {
    return (1 - share) * (1 - smoothing);
  }

  /** Number of images. */
  int size() {
    return labels.length;
  }
}
