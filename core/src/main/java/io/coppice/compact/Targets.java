package io.coppice.compact;

/**
 * What the images of a minibatch show: a class each, or a mixture of two classes, whose loss is
 * {@code share} of the first one's cross-entropy and the rest of the second one's.
 *
 * @param labels class of each image, the one that counts as right
 * @param others second class of each image
 * @param share of the first class, in [1/2, 1]; 1: there is no second one
 */
@SuppressWarnings("ArrayRecordComponent") // read within a step, and filled anew for the next
public record Targets(int[] labels, int[] others, float share) {

  public Targets {
    if (share < 0.5f || share > 1 || labels.length != others.length) {
      throw new IllegalArgumentException(
          "expected two classes of each image and a share from 1/2 to 1, found "
              + labels.length
              + ", "
              + others.length
              + " and "
              + share);
    }
  }

  /** A class for each image. */
  public static Targets of(int[] labels) {
    return new Targets(labels, labels, 1);
  }

  /** Number of images. */
  int size() {
    return labels.length;
  }
}
