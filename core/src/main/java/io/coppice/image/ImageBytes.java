package io.coppice.image;

/** The bytes of an image file, read at given places; whatever lies behind the end is refused. */
final class ImageBytes {

  private final byte[] bytes;
  private final ImageFormat format;

  ImageBytes(byte[] bytes, ImageFormat format) {
    this.bytes = bytes;
    this.format = format;
  }

  int length() {
    return bytes.length;
  }

  byte[] array() {
    return bytes;
  }

  /**
   * Refuses a file that ends before a place.
   *
   * @param what the part of the file that goes as far as that
   */
  void require(long end, String what) throws InvalidImageException {
    if (end > bytes.length) {
      throw endsWithin(what);
    }
  }

  InvalidImageException endsWithin(String what) {
    return new InvalidImageException(
        "the " + format + " ends within " + what + ", at byte " + bytes.length);
  }

  /** What is wrong at a place, in words of an expectation. */
  InvalidImageException unexpected(long at, String expected, String found) {
    return new InvalidImageException(
        "the "
            + format
            + " is damaged: at byte "
            + at
            + " expected "
            + expected
            + ", found "
            + found);
  }

  InvalidImageException unsupported(String what) {
    return new InvalidImageException("the " + format + " " + what);
  }

  int unsigned8(int at, String what) throws InvalidImageException {
    require(at + 1L, what);
    return bytes[at] & 0xff;
  }

  /** A 16-bit number, the byte of most weight first. */
  int big16(int at, String what) throws InvalidImageException {
    require(at + 2L, what);
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** A 32-bit number, the byte of most weight first. */
  long big32(int at, String what) throws InvalidImageException {
    require(at + 4L, what);
    return (long) big16(at, what) << 16 | big16(at + 2, what);
  }

  /** A 16-bit number, the byte of least weight first. */
  int little16(int at, String what) throws InvalidImageException {
    require(at + 2L, what);
    return (bytes[at + 1] & 0xff) << 8 | bytes[at] & 0xff;
  }

  /** A 32-bit number, the byte of least weight first. */
  long little32(int at, String what) throws InvalidImageException {
    require(at + 4L, what);
    return (long) little16(at + 2, what) << 16 | little16(at, what);
  }

  /** Refuses an image without pixels, or with more than memory should be taken for. */
  void requireSize(long height, long width) throws InvalidImageException {
    if (height < 1 || width < 1) {
      throw unsupported("has no pixels: its header says " + height + " rows of " + width);
    }
    if (height > ImageDecoder.MOST_PIXELS / width) {
      throw unsupported(
          "is too large: its header says "
              + height
              + " rows of "
              + width
              + ", at most "
              + ImageDecoder.MOST_PIXELS
              + " pixels are read");
    }
  }
}
