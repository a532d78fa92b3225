package io.coppice.data;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Labelled images of one shape, pixels as unsigned bytes {@code (images, channels, height, width)}.
 * May be read by several threads.
 */
public final class ImageSet {

  private final int channels;
  private final int height;
  private final int width;
  private final int classes;
  private final List<ByteBuffer> blocks;
  private final int imagesPerBlock;
  private final int[] labels;

  /**
   * Images in blocks of memory, which are taken over without a copy.
   *
   * @param classes number of classes; every label lies in [0, classes)
   * @param blocks with the same number of images each; the last one may have fewer
   */
  public ImageSet(
      int channels,
      int height,
      int width,
      int classes,
      List<ByteBuffer> blocks,
      int imagesPerBlock,
      int[] labels) {
    long pixels = blocks.stream().mapToLong(ByteBuffer::capacity).sum();
    if (pixels != (long) labels.length * channels * height * width) {
      throw new IllegalArgumentException(
          labels.length
              + " images of "
              + channels
              + "x"
              + height
              + "x"
              + width
              + " do not have "
              + pixels
              + " pixels");
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classes = classes;
    this.blocks = List.copyOf(blocks);
    this.imagesPerBlock = imagesPerBlock;
    this.labels = labels;
  }

  /**
   * Takes the arrays over without a copy.
   *
   * @param classes number of classes; every label lies in [0, classes)
   */
  public ImageSet(int channels, int height, int width, int classes, byte[] pixels, int[] labels) {
    this(
        channels,
        height,
        width,
        classes,
        List.of(ByteBuffer.wrap(pixels)),
        Math.max(1, labels.length),
        labels);
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

  /** Copies an image's pixels. */
  public void read(int image, byte[] target) {
    blocks.get(image / imagesPerBlock).get(image % imagesPerBlock * imageSize(), target);
  }
}
