package io.coppice.source;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

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
   * @param encoded an image file that becomes these pixels when it is decoded and {@link
   *     SourceImages#fit} is applied, to be kept instead of them; null where they are to be kept
   */
  @SuppressWarnings("ArrayRecordComponent") // travels from a reader to whoever keeps it
  record Readable(int label, byte[] pixels, byte @Nullable [] encoded) implements SourceImage {

    /** An image that is kept as pixels. */
    public Readable(int label, byte[] pixels) {
      this(label, pixels, null);
    }
  }

  /**
   * An image that cannot be read, while those after it can.
   *
   * @param reason where, what was expected, and what is there
   */
  record Unreadable(String reason) implements SourceImage {}
}
