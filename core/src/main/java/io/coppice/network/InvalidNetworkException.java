package io.coppice.network;

/** A network cannot be as it is described; the message names the layer, what was found and why. */
public final class InvalidNetworkException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidNetworkException(String message) {
    super(message);
  }
}
