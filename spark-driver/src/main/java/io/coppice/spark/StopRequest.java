package io.coppice.spark;

/** Whether a run was asked to end after the round at hand; any thread may ask. */
final class StopRequest {

  private volatile boolean made;

  void make() {
    made = true;
  }

  boolean isMade() {
    return made;
  }
}
