package io.coppice.storage;

import java.io.IOException;

/**
 * A file is not as its manifest says; the message names it, what was expected and what was found.
 */
public final class DamagedException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }
}
