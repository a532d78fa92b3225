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

  /** Chooses a part of an image whose size it did not know. */
  interface PartChoice {

    /** A part of an image of so many rows and columns. */
    ImagePart of(int height, int width);
  }

  /**
   * Gives a part of an image as its file has it, of which {@link #read} may give the middle only,
   * scaled to the shape of all images.
   *
   * @param image number of the image, from 0
   * @param choice is asked once, if there is such a file
   * @param target receives unsigned bytes {@code (channels, height, width)}
   * @return whether there is; if not, nothing was read
   */
  default boolean readPart(int image, PartChoice choice, byte[] target) {
    return false;
  }
}
