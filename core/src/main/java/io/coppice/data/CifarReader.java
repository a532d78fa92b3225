package io.coppice.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * Reads the binary format of CIFAR-10 and CIFAR-100: records of a label byte (CIFAR-100: a coarse,
 * then a fine label, of which the fine one is taken) and 3072 pixel bytes, {@code (3, 32, 32)}.
 */
public final class CifarReader {

  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int IMAGE_BYTES = CHANNELS * SIDE * SIDE;

  /** Which of the two data sets. */
  public enum Variant {
    CIFAR10(1, 10),
    CIFAR100(2, 100);

    private final int labelBytes;
    private final int classes;

    Variant(int labelBytes, int classes) {
      this.labelBytes = labelBytes;
      this.classes = classes;
    }
  }

  private final DataSource source;
  private final Variant variant;

  public CifarReader(DataSource source, Variant variant) {
    this.source = source;
    this.variant = variant;
  }

  /**
   * Reads the files one after the other.
   *
   * @throws InvalidDataException if a file ends within a record, holds none, or a label is out of
   *     range
   */
  public ImageSet read(List<String> names) throws IOException {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    for (String name : names) {
      readFile(name, pixels, labels);
    }
    byte[] labelBytes = labels.toByteArray();
    int[] labelValues = new int[labelBytes.length];
    for (int i = 0; i < labelBytes.length; i++) {
      labelValues[i] = labelBytes[i] & 0xff;
    }
    return new ImageSet(CHANNELS, SIDE, SIDE, variant.classes, pixels.toByteArray(), labelValues);
  }

  private void readFile(String name, ByteArrayOutputStream pixels, ByteArrayOutputStream labels)
      throws IOException {
    try (ByteReader in = new ByteReader(source, name)) {
      int recordBytes = variant.labelBytes + IMAGE_BYTES;
      boolean empty = true;
      while (true) {
        long start = in.offset();
        byte[] record = in.read(recordBytes, "a record");
        if (record.length == 0 && !empty) {
          return;
        }
        if (record.length < recordBytes) {
          throw new InvalidDataException(
              in.file(),
              start,
              "a record of " + recordBytes + " bytes",
              "the end of the file after " + record.length);
        }
        empty = false;
        int label = record[variant.labelBytes - 1] & 0xff;
        if (label >= variant.classes) {
          throw new InvalidDataException(
              in.file(),
              start + variant.labelBytes - 1,
              "a label from 0 to " + (variant.classes - 1),
              String.valueOf(label));
        }
        labels.write(label);
        pixels.write(record, variant.labelBytes, IMAGE_BYTES);
      }
    }
  }
}
