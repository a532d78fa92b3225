package io.coppice.source;

import java.io.Serializable;

/**
 * What a source has in one place. A place that makes all that follows it unreadable is told by an
 * {@link io.coppice.data.InvalidDataException} instead.
 */
public sealed interface SourceImage extends Serializable {

  /**
   * An image.
   *
   * @param label number of its class
   * @param pixels unsigned, {@code (channels, height, width)}; not a copy
   */
  @SuppressWarnings("ArrayRecordComponent") // travels from a reader to whoever keeps it
  record Readable(int label, byte[] pixels) implements SourceImage {}

  /**
   * An image that cannot be read, while those after it can.
   *
   * @param reason where, what was expected, and what is there
   */
  record Unreadable(String reason) implements SourceImage {}
}
