package io.coppice.source;

import io.coppice.image.DecodedImage;
import io.coppice.image.ImageDecoder;
import io.coppice.image.InvalidImageException;

/** An image as a row of a table has it. */
sealed interface StoredImage {

  /** What is stored of it, by which images are divided; empty if that cannot be told. */
  byte[] content();

  /**
   * The image as it is learned from.
   *
   * @param where it lies, for messages
   * @param images makes images of one shape
   * @throws io.coppice.data.InvalidDataException if it is an image, but of another size, and sizes
   *     are to be left
   */
  SourceImage read(String where, int label, EncodedImages images);

  /** An image that says itself how large it is, if it is one. */
  sealed interface Picture extends StoredImage {

    /**
     * The image in 1 channel or 3.
     *
     * @throws InvalidImageException if it is none
     */
    DecodedImage decoded(ImageDecoder decoder) throws InvalidImageException;
  }

  /**
   * An image file.
   *
   * @param content of the file; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // goes from a row to its reader
  record Encoded(byte[] content) implements Picture {
    @Override
    public SourceImage read(String where, int label, EncodedImages images) {
      return images.read(where, label, this);
    }

    @Override
    public DecodedImage decoded(ImageDecoder decoder) throws InvalidImageException {
      return decoder.decode(content);
    }
  }

  /**
   * Pixels of the declared shape.
   *
   * @param content unsigned, {@code (channels, height, width)}; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // goes from a row to its reader
  record Pixels(byte[] content) implements StoredImage {
    @Override
    public SourceImage read(String where, int label, EncodedImages images) {
      return new SourceImage.Readable(label, content);
    }
  }

  /**
   * What cannot be an image.
   *
   * @param reason what was expected, and what is there
   */
  record Unusable(String reason) implements Picture {
    @Override
    public byte[] content() {
      return new byte[0];
    }

    @Override
    public SourceImage read(String where, int label, EncodedImages images) {
      return new SourceImage.Unreadable(where + ": " + reason);
    }

    @Override
    public DecodedImage decoded(ImageDecoder decoder) throws InvalidImageException {
      throw new InvalidImageException(reason);
    }
  }

  /**
   * Spark's struct of an image.
   *
   * @param height rows
   * @param width columns
   * @param channels for each pixel
   * @param mode type of the values by OpenCV; -1 where Spark found no image
   * @param content row by row, of each pixel blue, green, red and alpha, or its grey; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // goes from a row to its reader
  record SparkImage(int height, int width, int channels, int mode, byte[] content)
      implements Picture {

    private static final int UNDEFINED = -1;

    /** Modes of images of 8 bits: grey, and blue, green and red. */
    static final int GREY = 0;

    static final int BGR = 16;
    private static final int BGRA = 24;
    static final int COLOURS = 3;
    private static final int ALPHA = 3;
    private static final int MOST = 255;

    @Override
    public SourceImage read(String where, int label, EncodedImages images) {
      return images.read(where, label, this);
    }

    /** What is transparent lies on black. */
    @Override
    public DecodedImage decoded(ImageDecoder decoder) throws InvalidImageException {
      int stored =
          switch (mode) {
            case GREY -> 1;
            case BGR -> COLOURS;
            case BGRA -> COLOURS + 1;
            case UNDEFINED ->
                throw new InvalidImageException(
                    "the image's mode is undefined (-1): whoever made the table could not read it");
            default ->
                throw new InvalidImageException(
                    "expected an image of mode 0 (grey), 16 (blue, green, red) or 24 (with alpha), of 8 bits each, found"
                        + " mode "
                        + mode);
          };
      if (height < 1 || width < 1 || channels != stored) {
        throw new InvalidImageException(
            "expected an image of at least one row and column and of "
                + stored
                + " channels, as its mode "
                + mode
                + " says, found "
                + channels
                + "x"
                + height
                + "x"
                + width);
      }
      if (content.length != (long) height * width * stored) {
        throw new InvalidImageException(
            "expected "
                + (long) height * width * stored
                + " bytes for an image of "
                + channels
                + "x"
                + height
                + "x"
                + width
                + ", found "
                + content.length);
      }
      int area = height * width;
      int kept = Math.min(stored, COLOURS);
      byte[] pixels = new byte[kept * area];
      for (int i = 0; i < area; i++) {
        int at = i * stored;
        for (int channel = 0; channel < kept; channel++) {
          int value = content[at + kept - 1 - channel] & MOST;
          if (stored > COLOURS) {
            value = (value * (content[at + ALPHA] & MOST) + MOST / 2) / MOST;
          }
          pixels[channel * area + i] = (byte) value;
        }
      }
      return new DecodedImage(kept, height, width, pixels);
    }
  }
}
