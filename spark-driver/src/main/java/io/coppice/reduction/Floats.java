package io.coppice.reduction;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as bytes, little-endian. */
final class Floats {

  private Floats() {}

  static byte[] toBytes(float[] values, int from, int to) {
    ByteBuffer bytes = buffer(new byte[(to - from) * Float.BYTES]);
    bytes.asFloatBuffer().put(values, from, to - from);
    return bytes.array();
  }

  /** Reads as many as the bytes hold. */
  static void read(byte[] bytes, float[] target, int from) {
    buffer(bytes).asFloatBuffer().get(target, from, bytes.length / Float.BYTES);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
