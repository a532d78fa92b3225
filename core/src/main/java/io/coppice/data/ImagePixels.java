package io.coppice.data;

/**
 * The pixels of numbered images of one shape, however they are kept. May be read by several
 * threads.
 */
public interface ImagePixels {

  /**
   * Gives an image's pixels.
   *
   * @param image number of the image, from 0
   * @param target receives unsigned bytes {@code (channels, height, width)}
   */
  void read(int image, byte[] target);
}
