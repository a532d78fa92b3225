package io.coppice.train;

import io.coppice.compact.RowLayout;
import io.coppice.compact.Rows;
import org.jspecify.annotations.Nullable;

/** Looks for numbers that are not finite. */
final class FiniteNumbers {

  private static final int INFINITE_BITS = 0x7f800000;

  private FiniteNumbers() {}

  /** Whether all of some values are finite. */
  static boolean only(float[] values) {
    return only(values, 0, values.length);
  }

  /** Name of the first tensor that has others; null if none has. */
  static @Nullable String firstOther(RowLayout layout, float[] values) {
    for (Rows tensor : layout.rows()) {
      if (!only(values, tensor.offset(), tensor.end())) {
        return tensor.name();
      }
    }
    return null;
  }

  /** In integers, whose maximum the processor takes of many at once. */
  private static boolean only(float[] values, int from, int to) {
    int largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
    }
    return largest < INFINITE_BITS;
  }
}
