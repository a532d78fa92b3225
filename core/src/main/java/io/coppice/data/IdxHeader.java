package io.coppice.data;

import java.io.IOException;

/**
 * What a pair of IDX files says of itself: a big-endian magic number (0x00000803 for images,
 * 0x00000801 for labels), the count, for images also rows and columns.
 *
 * @param count number of images and of labels
 * @param rows of an image
 * @param columns of an image
 * @param packed whether a file is packed by gzip, so that it can be read from its start only
 */
record IdxHeader(int count, int rows, int columns, boolean packed) {

  /** Bytes before the first image. */
  static final int OF_IMAGES = 4 * Integer.BYTES;

  /** Bytes before the first label. */
  static final int OF_LABELS = 2 * Integer.BYTES;

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final int LARGEST_SIDE = 1 << 12;

  /**
   * Reads it.
   *
   * @throws InvalidDataException if either file departs from the format, or their counts differ
   */
  static IdxHeader read(DataSource source, String images, String labels) throws IOException {
    try (ByteReader ofLabels = new ByteReader(source, labels);
        ByteReader ofImages = new ByteReader(source, images)) {
      return read(ofImages, ofLabels);
    }
  }

  /** Reads it from the starts of both files, which then stand at the first image and label. */
  static IdxHeader read(ByteReader images, ByteReader labels) throws IOException {
    requireMagic(labels, LABELS_MAGIC, "labels");
    int labelCount = requireCount(labels);
    requireMagic(images, IMAGES_MAGIC, "images");
    int count = requireCount(images);
    if (count != labelCount) {
      throw new InvalidDataException(
          images.file(),
          images.offset() - Integer.BYTES,
          labelCount + " images, as " + labels.file() + " has labels",
          String.valueOf(count));
    }
    return new IdxHeader(
        count,
        requireSide(images, "rows"),
        requireSide(images, "columns"),
        images.isPacked() || labels.isPacked());
  }

  /** Bytes of an image. */
  int imageBytes() {
    return rows * columns;
  }

  private static void requireMagic(ByteReader in, int magic, String what) throws IOException {
    int found = in.readInt("the magic number");
    if (found != magic) {
      throw new InvalidDataException(
          in.file(),
          0,
          String.format("0x%08x, the magic number of IDX %s", magic, what),
          String.format("0x%08x", found));
    }
  }

  private static int requireCount(ByteReader in) throws IOException {
    int count = in.readInt("the count");
    if (count < 1) {
      throw new InvalidDataException(
          in.file(), Integer.BYTES, "a count of at least 1", String.valueOf(count));
    }
    return count;
  }

  private static int requireSide(ByteReader in, String what) throws IOException {
    int side = in.readInt("the number of " + what);
    if (side < 1 || side > LARGEST_SIDE) {
      throw new InvalidDataException(
          in.file(),
          in.offset() - Integer.BYTES,
          "1 to " + LARGEST_SIDE + " " + what,
          String.valueOf(side));
    }
    return side;
  }
}
