package io.coppice.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the encoding of Protocol Buffers, version 3: fields in the order in which they are
 * added, each its number and wire type, then its value. Numbers that are 0 and texts that are empty
 * are not written, because that is how they are read where they are missing. Byte arrays are kept,
 * not copied.
 */
public final class ProtoMessage {

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FOUR_BYTES = 5;

  private final List<byte[]> parts = new ArrayList<>();
  private long size;

  /** A message without fields. */
  public ProtoMessage() {}

  /** Adds a whole number. */
  public ProtoMessage number(int field, long value) {
    if (value == 0) {
      return this;
    }
    ByteArrayOutputStream bytes = tag(field, VARINT);
    writeVarint(value, bytes);
    return append(bytes.toByteArray());
  }

  /** Adds a number. */
  ProtoMessage real(int field, float value) {
    return Float.floatToRawIntBits(value) == 0 ? this : oneOf(field, value);
  }

  /** Adds a number that is the one of several fields that is there, so that 0 is written too. */
  public ProtoMessage oneOf(int field, float value) {
    ByteArrayOutputStream bytes = tag(field, FOUR_BYTES);
    bytes.writeBytes(
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return append(bytes.toByteArray());
  }

  /** Adds a number of twice the precision. */
  public ProtoMessage real(int field, double value) {
    return Double.doubleToRawLongBits(value) == 0
        ? this
        : append(tag(field, EIGHT_BYTES).toByteArray()).append(bytes(value));
  }

  /**
   * Adds numbers of twice the precision as one field, which is not written where there are none.
   */
  public ProtoMessage packed(int field, double... values) {
    return values.length == 0 ? this : bytes(field, bytes(values));
  }

  private static byte[] bytes(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }

  /** Adds a text. */
  public ProtoMessage text(int field, String value) {
    return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes, which are not to change any more. */
  ProtoMessage bytes(int field, byte[] value) {
    return delimited(field, value.length).append(value);
  }

  /** Adds a message as it is now. */
  public ProtoMessage message(int field, ProtoMessage value) {
    delimited(field, value.size);
    value.parts.forEach(this::append);
    return this;
  }

  /** Adds whole numbers as one field, which is not written where there are none. */
  ProtoMessage packed(int field, long... values) {
    if (values.length == 0) {
      return this;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long value : values) {
      writeVarint(value, bytes);
    }
    return bytes(field, bytes.toByteArray());
  }

  /** Writes the fields. */
  public void writeTo(OutputStream out) throws IOException {
    for (byte[] part : parts) {
      out.write(part);
    }
  }

  private ProtoMessage delimited(int field, long length) {
    ByteArrayOutputStream bytes = tag(field, LENGTH_DELIMITED);
    writeVarint(length, bytes);
    return append(bytes.toByteArray());
  }

  private ProtoMessage append(byte[] part) {
    parts.add(part);
    size += part.length;
    return this;
  }

  private static ByteArrayOutputStream tag(int field, int wireType) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeVarint((long) field << 3 | wireType, bytes);
    return bytes;
  }

  /** Seven bits a byte, the least first; the highest bit of a byte says that more follow. */
  private static void writeVarint(long value, ByteArrayOutputStream out) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
