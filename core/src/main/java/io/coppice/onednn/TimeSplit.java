package io.coppice.onednn;

import java.util.Arrays;

/** Time spent so far on each activity of one thread's steps. */
public final class TimeSplit {

  private final long[] nanos = new long[Activity.values().length];

  /** Adds the time since {@code startNanos}, a reading of {@link System#nanoTime}. */
  public void addSince(Activity activity, long startNanos) {
    nanos[activity.ordinal()] += System.nanoTime() - startNanos;
  }

  /** Nanoseconds spent on an activity. */
  public long nanos(Activity activity) {
    return nanos[activity.ordinal()];
  }

  /** Starts anew. */
  public void clear() {
    Arrays.fill(nanos, 0);
  }
}
