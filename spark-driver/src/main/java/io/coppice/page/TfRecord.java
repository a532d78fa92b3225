package io.coppice.page;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The framing of TensorFlow's record files: length (8 bytes), its checksum (4), content, its
 * checksum (4), all of them little endian. A checksum is CRC-32C, rotated to the right by 15 bits,
 * plus a constant, so that checksums of what has checksums in it are as good as others.
 */
final class TfRecord {

  private static final int ROTATION = 15;
  private static final int ADDED = 0xa282ead8;

  private TfRecord() {}

  static void write(byte[] content, ByteArrayOutputStream out) {
    byte[] length = littleEndian(Long.BYTES).putLong(content.length).array();
    out.writeBytes(length);
    out.writeBytes(checksum(length));
    out.writeBytes(content);
    out.writeBytes(checksum(content));
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return littleEndian(Integer.BYTES)
        .putInt(Integer.rotateRight((int) crc.getValue(), ROTATION) + ADDED)
        .array();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
