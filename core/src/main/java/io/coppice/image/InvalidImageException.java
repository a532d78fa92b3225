package io.coppice.image;

/**
 * Bytes are no image that can be used; the message says what is wrong with it, and begins in a way
 * that fits behind a file's name and a colon.
 */
public final class InvalidImageException extends Exception {

  private static final long serialVersionUID = 1L;

  public InvalidImageException(String message) {
    super(message);
  }

  public InvalidImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
