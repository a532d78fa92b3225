package io.coppice.image;

/**
 * The check that a BMP file holds all of its pixels. What follows them does not matter, nor does
 * the file's size in its header, which many writers get wrong.
 */
final class BmpFile {

  private static final String HEADER = "its header";

  // Places in the file.
  private static final int PIXELS = 10;
  private static final int INFO = 14;
  private static final int INFO_WIDTH = 18;
  private static final int INFO_HEIGHT = 22;
  private static final int INFO_BITS = 28;
  private static final int INFO_COMPRESSION = 30;
  private static final int INFO_END = 54;
  private static final int CORE_HEIGHT = 20;
  private static final int CORE_BITS = 24;
  private static final int CORE_BYTES = 12;

  // Ways of packing.
  private static final int PLAIN = 0;
  private static final int RUNS_OF_BYTES = 1;
  private static final int RUNS_OF_NIBBLES = 2;
  private static final int PLAIN_WITH_MASKS = 3;
  private static final int JPEG = 4;

  // Codes of packed pixels that follow a zero; more is a number of pixels as they are.
  private static final int END_OF_IMAGE = 1;
  private static final int MOVE = 2;
  private static final int LEAST_PIXELS = 3;

  private static final int WORD_BITS = 32;
  private static final int WORD_BYTES = 4;

  private BmpFile() {}

  /**
   * Checks a file.
   *
   * @throws InvalidImageException if it ends early, or is of a kind of BMP that is not read
   */
  static void check(byte[] file) throws InvalidImageException {
    ImageBytes in = new ImageBytes(file, ImageFormat.BMP);
    long pixels = in.little32(PIXELS, HEADER);
    long infoBytes = in.little32(INFO, HEADER);
    boolean core = infoBytes == CORE_BYTES;
    in.require(core ? INFO + CORE_BYTES : INFO_END, HEADER);
    long width = core ? in.little16(INFO_WIDTH, HEADER) : (int) in.little32(INFO_WIDTH, HEADER);
    long height =
        core
            ? in.little16(CORE_HEIGHT, HEADER)
            : Math.abs((long) (int) in.little32(INFO_HEIGHT, HEADER));
    int bits = in.little16(core ? CORE_BITS : INFO_BITS, HEADER);
    int packing = core ? PLAIN : (int) in.little32(INFO_COMPRESSION, HEADER);
    in.requireSize(height, width);
    switch (packing) {
      case PLAIN, PLAIN_WITH_MASKS -> {
        long rowBytes = (width * bits + WORD_BITS - 1) / WORD_BITS * WORD_BYTES;
        in.require(pixels + height * rowBytes, "its pixels");
      }
      case RUNS_OF_BYTES, RUNS_OF_NIBBLES -> requireRuns(in, pixels, packing == RUNS_OF_BYTES);
      default ->
          throw in.unsupported(
              packing == JPEG
                  ? "holds a JPEG; only its pixels are read"
                  : "is packed in the unknown way " + packing);
    }
  }

  private static void requireRuns(ImageBytes in, long start, boolean bytes)
      throws InvalidImageException {
    in.require(start, "its header");
    int at = (int) start;
    while (true) {
      int count = in.unsigned8(at, "its pixels");
      int value = in.unsigned8(at + 1, "its pixels");
      at += 2;
      if (count == 0 && value == END_OF_IMAGE) {
        return;
      }
      if (count == 0 && value == MOVE) {
        at += 2;
      } else if (count == 0 && value >= LEAST_PIXELS) {
        int data = bytes ? value : (value + 1) / 2;
        at += data + data % 2;
      }
    }
  }
}
