package io.coppice.data;

/** Labelled images of one shape. May be read by several threads. */
public final class ImageSet {

  private final int channels;
  private final int height;
  private final int width;
  private final int classes;
  private final ImagePixels pixels;
  private final int[] labels;

  /**
   * Images whose pixels are kept elsewhere.
   *
   * @param classes number of classes; every label lies in [0, classes)
   * @param pixels of each image
   * @param labels class of each image; not a copy
   */
  public ImageSet(
      int channels, int height, int width, int classes, ImagePixels pixels, int[] labels) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classes = classes;
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * Images in an array. Takes the arrays over without a copy.
   *
   * @param classes number of classes; every label lies in [0, classes)
   * @param pixels unsigned, {@code (images, channels, height, width)}
   */
  public ImageSet(int channels, int height, int width, int classes, byte[] pixels, int[] labels) {
    this(
        channels,
        height,
        width,
        classes,
        (image, target) ->
            System.arraycopy(pixels, image * target.length, target, 0, target.length),
        labels);
    if (pixels.length != (long) labels.length * channels * height * width) {
      throw new IllegalArgumentException(
          labels.length
              + " images of "
              + channels
              + "x"
              + height
              + "x"
              + width
              + " do not have "
              + pixels.length
              + " pixels");
    }
  }

  /** Number of images. */
  public int size() {
    return labels.length;
  }

  public int channels() {
    return channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  public int classes() {
    return classes;
  }

  /** Number of pixel values of one image. */
  public int imageSize() {
    return channels * height * width;
  }

  /** Class of an image. */
  public int label(int image) {
    return labels[image];
  }

  /** Gives an image's pixels, unsigned bytes {@code (channels, height, width)}. */
  public void read(int image, byte[] target) {
    pixels.read(image, target);
  }

  /** Gives a part of an image as its file has it, see {@link ImagePixels#readPart}. */
  boolean readPart(int image, ImagePixels.PartChoice choice, byte[] target) {
    return pixels.readPart(image, choice, target);
  }
}
