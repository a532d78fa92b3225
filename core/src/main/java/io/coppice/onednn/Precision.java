package io.coppice.onednn;

import org.bytedeco.dnnl.global.dnnl;

/**
 * How many bits tell a number: of activations while they are computed, of weights and gradients on
 * their way. Weights are kept, and everything is added up, as 32-bit floats in any case.
 */
public enum Precision {
  /** As they are. */
  FLOAT32(Float.BYTES, dnnl.dnnl_f32),

  /**
   * The first 16 bits of a 32-bit float: its range, with 8 significant bits. Rounded to the nearest
   * one, to the even one of two that are as near.
   */
  BFLOAT16(Short.BYTES, dnnl.dnnl_bf16);

  /** Bits of a float that a bfloat16 does not have. */
  private static final int REST = 0xffff;

  private static final int LARGEST_BELOW_HALF = 0x7fff;
  private static final short NOT_A_NUMBER = 0x7fc0;

  private final int bytes;
  private final int type;

  Precision(int bytes, int type) {
    this.bytes = bytes;
    this.type = type;
  }

  /** Of a number. */
  public int bytes() {
    return bytes;
  }

  /** oneDNN's number for it. */
  int type() {
    return type;
  }

  /** Rounds numbers where they are. What is no number stays none. */
  public void round(float[] values) {
    if (this == FLOAT32) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = ofBfloat16(toBfloat16(values[i]));
    }
  }

  /** The nearest bfloat16. */
  static short toBfloat16(float value) {
    if (Float.isNaN(value)) {
      return NOT_A_NUMBER;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) (bits + LARGEST_BELOW_HALF + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
  }

  /** The float of the same value. */
  static float ofBfloat16(short number) {
    return Float.intBitsToFloat(number << Short.SIZE);
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
