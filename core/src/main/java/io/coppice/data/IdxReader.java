package io.coppice.data;

import java.io.IOException;

/**
 * Reads the IDX format of MNIST and its relatives: a big-endian magic number (0x00000803 for
 * images, 0x00000801 for labels), the count, for images also rows and columns, then unsigned bytes.
 * Files may be packed with gzip.
 */
public final class IdxReader {

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final int LARGEST_SIDE = 1 << 12;

  /** The longest array that every Java platform makes. */
  private static final long LARGEST_FILE = Integer.MAX_VALUE - 8;

  /** Labels are bytes. */
  static final int MOST_CLASSES = 256;

  private final DataSource source;

  public IdxReader(DataSource source) {
    this.source = source;
  }

  /**
   * Reads images and their labels.
   *
   * @param classes number of classes, or 0 to take one more than the largest label
   * @throws InvalidDataException if either file departs from the format, or their counts differ
   */
  public ImageSet read(String imagesName, String labelsName, int classes) throws IOException {
    int[] labels = readLabels(labelsName, classes);
    try (ByteReader in = new ByteReader(source, imagesName)) {
      requireMagic(in, IMAGES_MAGIC, "images");
      int count = requireCount(in);
      if (count != labels.length) {
        throw new InvalidDataException(
            in.file(),
            in.offset() - Integer.BYTES,
            labels.length + " images, as " + source.locate(labelsName) + " has labels",
            String.valueOf(count));
      }
      int rows = requireSide(in, "rows");
      int columns = requireSide(in, "columns");
      long pixelCount = (long) count * rows * columns;
      if (pixelCount > LARGEST_FILE) {
        throw new InvalidDataException(
            in.file(),
            Integer.BYTES,
            "at most " + LARGEST_FILE + " pixels",
            String.valueOf(pixelCount));
      }
      byte[] pixels = in.readFully((int) pixelCount, "pixels");
      in.requireEnd();
      int largest = 0;
      for (int label : labels) {
        largest = Math.max(largest, label);
      }
      return new ImageSet(
          1, rows, columns, classes == 0 ? Math.max(2, largest + 1) : classes, pixels, labels);
    }
  }

  private int[] readLabels(String name, int classes) throws IOException {
    try (ByteReader in = new ByteReader(source, name)) {
      requireMagic(in, LABELS_MAGIC, "labels");
      int count = requireCount(in);
      long first = in.offset();
      byte[] bytes = in.readFully(count, "labels");
      in.requireEnd();
      int limit = classes == 0 ? MOST_CLASSES : classes;
      int[] labels = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        labels[i] = bytes[i] & 0xff;
        if (labels[i] >= limit) {
          throw new InvalidDataException(
              in.file(), first + i, "a label from 0 to " + (limit - 1), String.valueOf(labels[i]));
        }
      }
      return labels;
    }
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
