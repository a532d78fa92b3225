package io.coppice.shards;

import io.coppice.network.Shape;
import io.coppice.source.SourceImage;
import java.nio.ByteBuffer;

/**
 * An image as it is sorted and loaded, in one array of bytes: its label, the sums of each channel's
 * pixels and of their squares, and its content, which is its pixels or an image file that becomes
 * them. Numbers are big-endian.
 *
 * @param bytes all of it; not a copy
 * @param channels of the image
 */
@SuppressWarnings("ArrayRecordComponent") // a view of what Spark sorts
record ImageRecord(byte[] bytes, int channels) {

  private static final int FORM_PLACE = Integer.BYTES;
  private static final int SUMS_PLACE = FORM_PLACE + 1;
  private static final int BYTES_OF_A_CHANNEL = 2 * Long.BYTES;

  private static final byte PIXELS = 0;
  private static final byte ENCODED = 1;

  /**
   * The record of an image.
   *
   * @param decodable whether an image file can be its content
   * @throws IllegalStateException if the source breaks its promises
   */
  static ImageRecord of(SourceImage.Readable image, Shape shape, boolean decodable) {
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
    byte[] file = decodable ? image.encoded() : null;
    byte[] content = file == null ? pixels : file;
    ByteBuffer record = ByteBuffer.allocate(sumsStart(shape.channels()) + content.length);
    record.putInt(image.label()).put(file == null ? PIXELS : ENCODED);
    for (int channel = 0; channel < shape.channels(); channel++) {
      putSums(record, pixels, channel * shape.area(), shape.area());
    }
    return new ImageRecord(record.put(content).array(), shape.channels());
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

  private static int sumsStart(int channel) {
    return SUMS_PLACE + channel * BYTES_OF_A_CHANNEL;
  }

  int label() {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** Whether the content is an image file, not pixels. */
  boolean isEncoded() {
    return bytes[FORM_PLACE] == ENCODED;
  }

  /** Sum of a channel's pixels. */
  long sum(int channel) {
    return ByteBuffer.wrap(bytes).getLong(sumsStart(channel));
  }

  /** Sum of the squares of a channel's pixels. */
  long squares(int channel) {
    return ByteBuffer.wrap(bytes).getLong(sumsStart(channel) + Long.BYTES);
  }

  /** Where in the bytes the content begins, which goes to their end. */
  int contentStart() {
    return sumsStart(channels);
  }

  int contentLength() {
    return bytes.length - contentStart();
  }
}
