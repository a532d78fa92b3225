package io.coppice.page;

import java.util.Locale;

/** Numbers for people. */
final class Figures {

  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private Figures() {}

  /** A share in percent, such as {@code 35.9 %}; more digits where it is small. */
  static String percent(double share) {
    double percent = 100 * share;
    return String.format(
        Locale.ROOT, Math.abs(percent) < 1 && percent != 0 ? "%.2f %%" : "%.1f %%", percent);
  }

  /** A whole number with separators. */
  static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** Three decimals, or more where the number is small. */
  static String decimal(double number) {
    double size = Math.abs(number);
    return String.format(
        Locale.ROOT, size == 0 || size >= 0.1 ? "%.3f" : size >= 0.001 ? "%.5f" : "%.2e", number);
  }

  /** Seconds in milliseconds. */
  static String millis(double seconds) {
    double millis = KILO * seconds;
    return String.format(
        Locale.ROOT, millis >= 100 ? "%,.0f ms" : millis >= 10 ? "%.1f ms" : "%.2f ms", millis);
  }

  /** An amount of bytes, such as {@code 1.2 MB}. */
  static String bytes(double bytes) {
    if (bytes >= GIGA) {
      return String.format(Locale.ROOT, "%.2f GB", bytes / GIGA);
    } else if (bytes >= MEGA) {
      return String.format(Locale.ROOT, "%.1f MB", bytes / MEGA);
    }
    return bytes >= KILO
        ? String.format(Locale.ROOT, "%.1f kB", bytes / KILO)
        : String.format(Locale.ROOT, "%.0f bytes", bytes);
  }

  /** How many times one is the other, such as {@code 1.92 times as fast}. */
  static String timesAsFast(double speedup) {
    return String.format(Locale.ROOT, "%.2f times as fast", speedup);
  }

  /** One or many of something. */
  static String counted(long number, String one, String many) {
    return count(number) + " " + (number == 1 ? one : many);
  }
}
