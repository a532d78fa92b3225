package io.coppice.shards;

import io.coppice.data.InvalidDataException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Why an image, or what follows from some place on, could not be read.
 *
 * @param kind what it means
 * @param message for the person who has the data
 */
record Problem(Kind kind, String message) {

  enum Kind {
    /** One image cannot be read. */
    UNREADABLE,
    /** The data is not what its format says. */
    INVALID,
    /** The data could not be had. */
    STORAGE
  }

  static Problem of(InvalidDataException invalid) {
    return new Problem(Kind.INVALID, String.valueOf(invalid.getMessage()));
  }

  static Problem of(UncheckedIOException failure) {
    return new Problem(Kind.STORAGE, String.valueOf(failure.getCause()));
  }

  byte[] toBytes() {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + text.length];
    bytes[0] = (byte) kind.ordinal();
    System.arraycopy(text, 0, bytes, 1, text.length);
    return bytes;
  }

  static Problem ofBytes(byte[] bytes) {
    return new Problem(
        Kind.values()[bytes[0]],
        new String(Arrays.copyOfRange(bytes, 1, bytes.length), StandardCharsets.UTF_8));
  }
}
