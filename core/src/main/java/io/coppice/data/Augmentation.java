package io.coppice.data;

/**
 * Random changes to training images.
 *
 * @param crop whether to shift by up to {@link #PADDING} pixels each way, the border filled with
 *     the mean colour
 * @param flip whether to mirror left and right with probability 1/2
 */
public record Augmentation(boolean crop, boolean flip) {

  /** Pixels by which an image is extended on each side before it is cropped to its own size. */
  public static final int PADDING = 4;

  /** No change. */
  public static final Augmentation NONE = new Augmentation(false, false);
}
