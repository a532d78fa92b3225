package io.coppice.reduction;

import io.coppice.onednn.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Floats as bytes, little-endian: 4 each, or 2 where all of them are those of bfloat16, which are
 * the first 16 bits of floats. Which of both it is has to be told besides.
 */
public final class FloatBytes {

  private FloatBytes() {}

  /** How precise some numbers are. */
  public static Precision precision(float[] values, int from, int to) {
    return Precision.areBfloat16(values, from, to) ? Precision.BFLOAT16 : Precision.FLOAT32;
  }

  /** Some numbers, as few bytes as say all of them. */
  static byte[] of(float[] values, int from, int to) {
    Precision precision = precision(values, from, to);
    byte[] bytes = new byte[(to - from) * precision.bytes()];
    write(precision, values, from, to - from, bytes);
    return bytes;
  }

  /**
   * Whether bytes can be those of so many numbers.
   *
   * @param bytes number of them
   */
  static boolean fit(int bytes, int count) {
    return bytes == count * Float.BYTES || bytes == count * Short.BYTES;
  }

  /** Reads what {@link #of} gave, which its length tells. */
  static void read(byte[] bytes, float[] target, int from, int count) {
    Precision precision =
        bytes.length == count * Float.BYTES ? Precision.FLOAT32 : Precision.BFLOAT16;
    read(precision, bytes, target, from, count);
  }

  /** Writes numbers to the beginning of some bytes. */
  public static void write(Precision precision, float[] values, int from, int count, byte[] bytes) {
    if (precision == Precision.FLOAT32) {
      buffer(bytes).asFloatBuffer().put(values, from, count);
      return;
    }
    short[] halves = new short[count];
    for (int i = 0; i < count; i++) {
      halves[i] = (short) (Float.floatToRawIntBits(values[from + i]) >>> Short.SIZE);
    }
    buffer(bytes).asShortBuffer().put(halves);
  }

  /** Reads numbers from the beginning of some bytes. */
  public static void read(Precision precision, byte[] bytes, float[] target, int from, int count) {
    if (precision == Precision.FLOAT32) {
      buffer(bytes).asFloatBuffer().get(target, from, count);
      return;
    }
    short[] halves = new short[count];
    buffer(bytes).asShortBuffer().get(halves);
    for (int i = 0; i < count; i++) {
      target[from + i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
