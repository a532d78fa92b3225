package io.coppice.data;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the binary format of CIFAR-10 and CIFAR-100: records of a label byte (CIFAR-100: a coarse,
 * then a fine label, of which the fine one is taken) and 3072 pixel bytes, {@code (3, 32, 32)}.
 */
public final class CifarReader implements ImageReader {

  static final int CHANNELS = 3;
  static final int SIDE = 32;
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

    /** Number of classes. */
    public int classes() {
      return classes;
    }
  }

  private final Variant variant;
  private final ByteReader in;

  CifarReader(DataSource source, CifarPart part) throws IOException {
    this.variant = part.variant();
    this.in = new ByteReader(source, part.name());
  }

  @Override
  public @Nullable LabelledImage read() throws IOException {
    int recordBytes = variant.labelBytes + IMAGE_BYTES;
    long start = in.offset();
    byte[] record = in.read(recordBytes, "a record");
    if (record.length == 0 && start > 0) {
      return null;
    }
    if (record.length < recordBytes) {
      throw new InvalidDataException(
          in.file(),
          start,
          "a record of " + recordBytes + " bytes",
          "the end of the file after " + record.length);
    }
    int label = record[variant.labelBytes - 1] & 0xff;
    if (label >= variant.classes) {
      throw new InvalidDataException(
          in.file(),
          start + variant.labelBytes - 1,
          "a label from 0 to " + (variant.classes - 1),
          String.valueOf(label));
    }
    return new LabelledImage(label, Arrays.copyOfRange(record, variant.labelBytes, record.length));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
