package io.coppice.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Labelled images of one shape, pixels as unsigned bytes {@code (images, channels, height, width)}.
 */
public final class ImageSet {

  private static final int CLASSES_OF_A_BYTE = 256;

  private final int channels;
  private final int height;
  private final int width;
  private final int classes;
  private final byte[] pixels;
  private final int[] labels;

  /**
   * Takes the arrays over without a copy.
   *
   * @param classes number of classes; every label lies in [0, classes)
   */
  public ImageSet(int channels, int height, int width, int classes, byte[] pixels, int[] labels) {
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
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classes = classes;
    this.pixels = pixels;
    this.labels = labels;
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

  /** One pixel value, 0 to 255. */
  public int pixel(int image, int offset) {
    return pixels[image * imageSize() + offset] & 0xff;
  }

  /** The images at the given positions, in that order. */
  public ImageSet select(int[] images) {
    byte[] selectedPixels = new byte[images.length * imageSize()];
    int[] selectedLabels = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(
          pixels, images[i] * imageSize(), selectedPixels, i * imageSize(), imageSize());
      selectedLabels[i] = labels[images[i]];
    }
    return new ImageSet(channels, height, width, classes, selectedPixels, selectedLabels);
  }

  /** SHA-256 of shape, labels and pixels, in hexadecimal. */
  public String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int value : new int[] {channels, height, width, classes, labels.length}) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
      }
      // Labels that fit a byte are hashed as one: runs remember the fingerprints of their data.
      int labelBytes = classes <= CLASSES_OF_A_BYTE ? 1 : Integer.BYTES;
      for (int label : labels) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(label).array();
        digest.update(bytes, Integer.BYTES - labelBytes, labelBytes);
      }
      digest.update(pixels);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
