package io.coppice.train;

import io.coppice.compact.RowLayout;
import io.coppice.compact.Rows;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks for numbers that are not finite. */
final class FiniteNumbers {

  private static final int INFINITE_BITS = 0x7f800000;

  private static final int CHUNK = 1 << 16;

  private FiniteNumbers() {}

  /** Whether all of some values are finite. */
  static boolean only(float[] values) {
    return only(values, 0, values.length);
  }

  /** The same by several threads, for whoever has no other work for them: the driver. */
  static boolean onlyInParallel(float[] values) {
    return IntStream.range(0, (values.length + CHUNK - 1) / CHUNK)
        .parallel()
        .allMatch(
            chunk -> only(values, chunk * CHUNK, Math.min(values.length, (chunk + 1) * CHUNK)));
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
