package io.coppice.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads images in the IDX format of MNIST and its relatives: after an {@link IdxHeader} unsigned
 * bytes, one a label and one a pixel. Files may be packed by gzip.
 */
final class IdxReader implements ImageReader {

  private final IdxPart part;
  private final IdxHeader header;
  private final ByteReader images;
  private final ByteReader labels;
  private int read;

  IdxReader(DataSource source, IdxPart part) throws IOException {
    this.part = part;
    this.labels = new ByteReader(source, part.labels());
    try {
      this.images = new ByteReader(source, part.images());
    } catch (IOException | RuntimeException e) {
      try (labels) {
        throw e;
      }
    }
    try {
      this.header = IdxHeader.read(images, labels);
      labels.skip(part.first(), "labels");
      images.skip((long) part.first() * header.imageBytes(), "pixels");
    } catch (IOException | RuntimeException e) {
      try (labels;
          images) {
        throw e;
      }
    }
  }

  @Override
  public @Nullable LabelledImage read() throws IOException {
    if (read == part.count()) {
      if (part.first() + part.count() == header.count()) {
        labels.requireEnd();
        images.requireEnd();
      }
      return null;
    }
    long place = labels.offset();
    int left = header.count() - part.first() - read;
    int label = labels.readFully(1, left, "labels")[0] & 0xff;
    if (label >= part.classes()) {
      throw new InvalidDataException(
          labels.file(), place, "a label from 0 to " + (part.classes() - 1), String.valueOf(label));
    }
    byte[] pixels =
        images.readFully(header.imageBytes(), (long) left * header.imageBytes(), "pixels");
    read++;
    return new LabelledImage(label, pixels);
  }

  @Override
  public void close() throws IOException {
    try (labels) {
      images.close();
    }
  }
}
