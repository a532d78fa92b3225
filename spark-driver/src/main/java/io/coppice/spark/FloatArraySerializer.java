package io.coppice.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.coppice.onednn.Precision;
import io.coppice.reduction.FloatBytes;

/** Writes floats by the block, in as few bytes as say all of them; Kryo's own writes one by one. */
final class FloatArraySerializer extends Serializer<float[]> {

  private static final int BLOCK = 16 << 10;

  FloatArraySerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, float[] values) {
    Precision precision = FloatBytes.precision(values, 0, values.length);
    output.writeInt(values.length);
    output.writeByte(precision.ordinal());
    byte[] block = block(values.length, precision);
    for (int first = 0; first < values.length; first += BLOCK) {
      int count = Math.min(BLOCK, values.length - first);
      FloatBytes.write(precision, values, first, count, block);
      output.writeBytes(block, 0, count * precision.bytes());
    }
  }

  @Override
  public float[] read(Kryo kryo, Input input, Class<float[]> type) {
    float[] values = new float[input.readInt()];
    Precision precision = Precision.values()[input.readByte()];
    byte[] block = block(values.length, precision);
    for (int first = 0; first < values.length; first += BLOCK) {
      int count = Math.min(BLOCK, values.length - first);
      input.readBytes(block, 0, count * precision.bytes());
      FloatBytes.read(precision, block, values, first, count);
    }
    return values;
  }

  private static byte[] block(int length, Precision precision) {
    return new byte[Math.min(BLOCK, length) * precision.bytes()];
  }
}
