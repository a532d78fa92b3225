package io.coppice.shards;

import io.coppice.network.Shape;
import io.coppice.source.SourceImage;
import java.nio.ByteBuffer;

/**
 * An image as it is sorted and loaded, in one array of bytes: its label, the sums of each channel's
 * pixels and of their squares, and its content. Numbers are big-endian.
 *
 * @param bytes all of it; not a copy
 * @param channels of the image
 */
@SuppressWarnings("ArrayRecordComponent") // a view of what Spark sorts
record ImageRecord(byte[] bytes, int channels) {

  private static final int BYTES_OF_A_CHANNEL = 2 * Long.BYTES;

  /**
   * The record of an image.
   *
   * @throws IllegalStateException if the source breaks its promises
   */
  static ImageRecord of(SourceImage.Readable image, Shape shape) {
    byte[] pixels = image.pixels();
    if (image.label() < 0 || pixels.length != shape.size()) {
      throw new IllegalStateException(
          "a source gave an image of label "
              + image.label()
              + " and "
              + pixels.length
              + " pixels, expected "
              + shape);
    }
    ByteBuffer record = ByteBuffer.allocate(contentStart(shape.channels()) + pixels.length);
    record.putInt(image.label());
    for (int channel = 0; channel < shape.channels(); channel++) {
      putSums(record, pixels, channel * shape.area(), shape.area());
    }
    return new ImageRecord(record.put(pixels).array(), shape.channels());
  }

  private static void putSums(ByteBuffer record, byte[] pixels, int first, int count) {
    long sum = 0;
    long squares = 0;
    for (int i = first; i < first + count; i++) {
      int pixel = pixels[i] & 0xff;
      sum += pixel;
      squares += (long) pixel * pixel;
    }
    record.putLong(sum).putLong(squares);
  }

  private static int contentStart(int channels) {
    return Integer.BYTES + channels * BYTES_OF_A_CHANNEL;
  }

  int label() {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** Sum of a channel's pixels. */
  long sum(int channel) {
    return ByteBuffer.wrap(bytes).getLong(contentStart(channel));
  }

  /** Sum of the squares of a channel's pixels. */
  long squares(int channel) {
    return ByteBuffer.wrap(bytes).getLong(contentStart(channel) + Long.BYTES);
  }

  /** Where in the bytes the content begins, which goes to their end. */
  int contentStart() {
    return contentStart(channels);
  }

  int contentLength() {
    return bytes.length - contentStart();
  }
}
