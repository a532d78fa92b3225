package io.coppice.train;

/**
 * How precisely weights and gradients are told. They are kept, multiplied and added up as 32-bit
 * floats in any case; what is rounded to fewer bits takes less to send.
 */
public enum Precision {
  /** As they are. */
  FLOAT32(Float.BYTES),

  /**
   * The first 16 bits of a 32-bit float: its range, with 8 significant bits. Rounded to the nearest
   * one, to the even one of two that are as near.
   */
  BFLOAT16(Short.BYTES);

  /** Bits of a float that a bfloat16 does not have. */
  private static final int REST = 0xffff;

  private static final int LARGEST_BELOW_HALF = 0x7fff;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Of a number. */
  public int bytes() {
    return bytes;
  }

  /** Rounds numbers where they are. What is no number stays none. */
  public void round(float[] values) {
    if (this == FLOAT32) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int rounded = (bits + LARGEST_BELOW_HALF + (bits >>> Short.SIZE & 1)) & ~REST;
      values[i] = (bits & MAGNITUDE) > INFINITY ? Float.NaN : Float.intBitsToFloat(rounded);
    }
  }

  /** Whether numbers are those of bfloat16, so that half of their bytes says all of them. */
  public static boolean areBfloat16(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if ((Float.floatToRawIntBits(values[i]) & REST) != 0) {
        return false;
      }
    }
    return true;
  }
}
