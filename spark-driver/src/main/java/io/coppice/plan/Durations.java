package io.coppice.plan;

import java.util.Locale;

/** Durations for a person. */
public final class Durations {

  private static final double MINUTE = 60;
  private static final double HOUR = 60 * MINUTE;
  private static final double LONG_SECONDS = 2 * MINUTE;
  private static final double LONG_MINUTES = 2 * HOUR;

  private Durations() {}

  /** Seconds up to two minutes, minutes up to two hours, then hours. */
  public static String text(double seconds) {
    if (seconds < LONG_SECONDS) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < LONG_MINUTES
        ? String.format(Locale.ROOT, "%.1f min", seconds / MINUTE)
        : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
  }
}
