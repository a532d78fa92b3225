package io.coppice.data;

/**
 * A file of a data set is not what its format says; the message names file, offset, expected and
 * found.
 */
public final class InvalidDataException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidDataException(String message) {
    super(message);
  }

  /**
   * @param file full name of the file
   * @param offset byte of the (unpacked) file at which it departs from its format
   * @param expected what should be there
   * @param found what is there
   */
  public InvalidDataException(String file, long offset, String expected, String found) {
    super(file + ": at byte " + offset + " expected " + expected + ", found " + found);
  }
}
