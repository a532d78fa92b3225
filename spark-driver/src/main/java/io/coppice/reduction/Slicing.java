package io.coppice.reduction;

import java.io.Serializable;

/**
 * How the numbers that each task gives are cut. No bit of the sum depends on it.
 *
 * @param size numbers of every task, at least 1
 * @param slices into which they are cut, as evenly as can be
 */
public record Slicing(int size, int slices) implements Serializable {

  /** Below this a slice costs more by its task than by its bytes. */
  private static final long SMALLEST_BYTES = 256 << 10;

  /** What whoever adds a slice may hold of it, where no slice comes in its turn. */
  private static final long LARGEST_BYTES_OF_ALL = 64 << 20;

  /**
   * As many slices as there are tasks, so that every executor of a core each sends and receives as
   * much as the others; fewer where they would be small, more where the slices of all tasks
   * together would be large.
   *
   * @param size numbers of every task, at least 1
   * @param tasks number of tasks
   */
  public static Slicing of(int size, int tasks) {
    long bytes = (long) size * Float.BYTES;
    long atLeast = ceilDiv(bytes * tasks, LARGEST_BYTES_OF_ALL);
    long wanted = Math.min(tasks, ceilDiv(bytes, SMALLEST_BYTES));
    return new Slicing(size, (int) Math.min(size, Math.max(atLeast, wanted)));
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Position of a slice's first number. */
  public int from(int slice) {
    return (int) ((long) size * slice / slices);
  }

  /** Position after a slice's last number. */
  public int to(int slice) {
    return from(slice + 1);
  }
}
