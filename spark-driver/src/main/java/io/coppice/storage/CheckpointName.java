package io.coppice.storage;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which checkpoint: {@code NNNNNNNN}, or {@code NNNNNNNN-A} where others of that number were there
 * before. A checkpoint never takes the place of another one, so that neither can be lost for it.
 *
 * @param number rounds taken until then
 * @param attempt 0 for the first one of that number
 */
record CheckpointName(long number, int attempt) implements Comparable<CheckpointName> {

  private static final Pattern SPELLING = Pattern.compile("([0-9]{8,18})(?:-([1-9][0-9]{0,8}))?");

  private static final Comparator<CheckpointName> BY_AGE =
      Comparator.comparingLong(CheckpointName::number).thenComparingInt(CheckpointName::attempt);

  /** What a directory of that name holds; empty if it is no checkpoint's. */
  static Optional<CheckpointName> parse(String directory) {
    Matcher spelling = SPELLING.matcher(directory);
    if (!spelling.matches()) {
      return Optional.empty();
    }
    String attempt = spelling.group(2);
    return Optional.of(
        new CheckpointName(
            Long.parseLong(spelling.group(1)), attempt == null ? 0 : Integer.parseInt(attempt)));
  }

  /** Its directory in the run's. */
  String directory() {
    return RunDirectory.CHECKPOINTS + "/" + this;
  }

  /** Path in the run's directory of one of its files. */
  String file(String name) {
    return directory() + "/" + name;
  }

  @Override
  public String toString() {
    String name = String.format(Locale.ROOT, "%08d", number);
    return attempt == 0 ? name : name + "-" + attempt;
  }

  /** Older ones first. */
  @Override
  public int compareTo(CheckpointName other) {
    return BY_AGE.compare(this, other);
  }
}
