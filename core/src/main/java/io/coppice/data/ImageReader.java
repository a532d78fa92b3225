package io.coppice.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads images one after the other. */
public interface ImageReader extends AutoCloseable {

  /**
   * The next image; null after the last.
   *
   * @throws InvalidDataException where the data departs from its format
   */
  @Nullable LabelledImage read() throws IOException;

  @Override
  void close() throws IOException;
}
