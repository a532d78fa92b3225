package io.coppice.image;

/**
 * A GIF file as far as its first image, which is checked to be whole; others do not matter.
 *
 * @param height rows of the canvas, which holds the first image
 * @param width columns of the canvas
 * @param top row of the canvas at which the first image begins
 * @param left column of the canvas at which the first image begins
 */
record GifFile(int height, int width, int top, int left) {

  private static final String HEADER = "its header";
  private static final String IMAGE_HEADER = "the header of its first image";

  private static final int SCREEN_WIDTH = 6;
  private static final int SCREEN_HEIGHT = 8;
  private static final int SCREEN_FLAGS = 10;
  private static final int SCREEN_END = 13;

  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int END = 0x3b;
  private static final int IMAGE_HEADER_BYTES = 10;

  private static final int HAS_TABLE = 0x80;
  private static final int TABLE_SIZE = 0x07;
  private static final int COLOUR_BYTES = 3;

  /**
   * Reads the structure of a file.
   *
   * @throws InvalidImageException if it departs from the format or ends within the first image
   */
  static GifFile parse(byte[] file) throws InvalidImageException {
    ImageBytes in = new ImageBytes(file, ImageFormat.GIF);
    in.require(SCREEN_END, HEADER);
    int at = SCREEN_END + tableBytes(in.unsigned8(SCREEN_FLAGS, HEADER));
    while (true) {
      int kind = in.unsigned8(at, "its blocks");
      switch (kind) {
        case IMAGE -> {
          return image(in, at);
        }
        case EXTENSION -> at = endOfBlocks(in, at + 2, "an extension");
        case END -> throw in.unsupported("holds no image");
        default ->
            throw in.unexpected(at, "an image or an extension", String.format("0x%02x", kind));
      }
    }
  }

  private static GifFile image(ImageBytes in, int at) throws InvalidImageException {
    in.require(at + (long) IMAGE_HEADER_BYTES, IMAGE_HEADER);
    int left = in.little16(at + 1, IMAGE_HEADER);
    int top = in.little16(at + 3, IMAGE_HEADER);
    int width = in.little16(at + 5, IMAGE_HEADER);
    int height = in.little16(at + 7, IMAGE_HEADER);
    in.requireSize(height, width);
    int canvasWidth = Math.max(in.little16(SCREEN_WIDTH, HEADER), left + width);
    int canvasHeight = Math.max(in.little16(SCREEN_HEIGHT, HEADER), top + height);
    in.requireSize(canvasHeight, canvasWidth);
    int codes = at + IMAGE_HEADER_BYTES + tableBytes(in.unsigned8(at + 9, IMAGE_HEADER));
    endOfBlocks(in, codes + 1, "its first image");
    return new GifFile(canvasHeight, canvasWidth, top, left);
  }

  private static int tableBytes(int flags) {
    return (flags & HAS_TABLE) == 0 ? 0 : COLOUR_BYTES << (flags & TABLE_SIZE) + 1;
  }

  /** Place behind a row of blocks, each with its length before it, the last one of length 0. */
  private static int endOfBlocks(ImageBytes in, int from, String what)
      throws InvalidImageException {
    int at = from;
    while (true) {
      int length = in.unsigned8(at, what);
      at += 1 + length;
      if (length == 0) {
        return at;
      }
    }
  }
}
