package io.coppice.data;

import java.io.IOException;
import java.io.Serializable;

/** A part of a data set's files that can be read by itself, anywhere. */
public sealed interface FilePart extends Serializable permits IdxPart, CifarPart {

  /**
   * Reads it.
   *
   * @param source where the files are
   * @throws InvalidDataException if they are not what their format says
   */
  ImageReader open(DataSource source) throws IOException;
}
