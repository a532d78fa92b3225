package io.coppice.spark;

import org.jspecify.annotations.Nullable;

/** Whether a run was asked to end, and how soon. Any thread may ask. */
final class StopRequest {

  private boolean made;
  private boolean atOnce;
  private boolean interrupt;
  private @Nullable Runnable canceller;

  /** Asks for the end after the round at hand. */
  synchronized void make() {
    made = true;
  }

  /** The same, asked for by whoever sits before it. */
  synchronized void makeInterrupt() {
    made = true;
    interrupt = true;
  }

  /** What a run throws that ends because it was asked to. */
  synchronized StoppedException exception(String message) {
    return new StoppedException(message, interrupt);
  }

  /** Asks for the end without waiting for the round at hand. */
  synchronized void makeAtOnce() {
    made = true;
    atOnce = true;
    if (canceller != null) {
      canceller.run();
    }
  }

  synchronized boolean isMade() {
    return made;
  }

  synchronized boolean isAtOnce() {
    return atOnce;
  }

  /**
   * Says how to end what begins, which is done at once if that was asked already.
   *
   * @param canceller null where nothing runs any more
   */
  synchronized void endBy(@Nullable Runnable canceller) {
    this.canceller = canceller;
    if (atOnce && canceller != null) {
      canceller.run();
    }
  }
}
