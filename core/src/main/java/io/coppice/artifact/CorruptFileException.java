package io.coppice.artifact;

import java.io.IOException;

/**
 * A file that Coppice wrote is not as it was; the message names file, offset, expected and found.
 */
public final class CorruptFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param offset of the byte where it departs
   */
  public CorruptFileException(String file, long offset, String expected, String found) {
    super(file + ": at byte " + offset + " expected " + expected + ", found " + found);
  }
}
