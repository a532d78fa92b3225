package io.coppice.train;

import io.coppice.compact.RowLayout;
import io.coppice.compact.Rows;
import org.jspecify.annotations.Nullable;

/** Looks for numbers that are not finite. */
final class FiniteNumbers {

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

  /**
   * A finite number times 0 is 0, any other times 0 is no number. Eight sums do not wait for each
   * other: a fifth of a nanosecond a number.
   */
  private static boolean only(float[] values, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      a += values[i] * 0;
      b += values[i + 1] * 0;
      c += values[i + 2] * 0;
      d += values[i + 3] * 0;
      e += values[i + 4] * 0;
      f += values[i + 5] * 0;
      g += values[i + 6] * 0;
      h += values[i + 7] * 0;
    }
    for (; i < to; i++) {
      a += values[i] * 0;
    }
    return a + b + c + d + e + f + g + h == 0;
  }
}
