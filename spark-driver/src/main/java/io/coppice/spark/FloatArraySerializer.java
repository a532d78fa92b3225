package io.coppice.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes floats by the block; Kryo's own writes them one by one. */
final class FloatArraySerializer extends Serializer<float[]> {

  private static final int BLOCK = 16 << 10;

  FloatArraySerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, float[] values) {
    output.writeInt(values.length);
    ByteBuffer block = block(values.length);
    for (int first = 0; first < values.length; first += BLOCK) {
      int count = Math.min(BLOCK, values.length - first);
      block.asFloatBuffer().put(values, first, count);
      output.writeBytes(block.array(), 0, count * Float.BYTES);
    }
  }

  @Override
  public float[] read(Kryo kryo, Input input, Class<float[]> type) {
    float[] values = new float[input.readInt()];
    ByteBuffer block = block(values.length);
    for (int first = 0; first < values.length; first += BLOCK) {
      int count = Math.min(BLOCK, values.length - first);
      input.readBytes(block.array(), 0, count * Float.BYTES);
      block.asFloatBuffer().get(values, first, count);
    }
    return values;
  }

  private static ByteBuffer block(int length) {
    return ByteBuffer.allocate(Math.min(BLOCK, length) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
