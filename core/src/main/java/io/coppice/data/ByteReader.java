package io.coppice.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a file of a data set, unpacked if it is gzip, and knows its offset for messages. */
final class ByteReader implements AutoCloseable {

  private static final int GZIP_FIRST_BYTE = 0x1f;
  private static final int GZIP_SECOND_BYTE = 0x8b;

  private static final int BUFFER_BYTES = 1 << 16;

  private final String file;
  private final InputStream in;
  private final boolean packed;
  private long offset;

  ByteReader(DataSource source, String name) throws IOException {
    file = source.locate(name);
    InputStream raw = source.open(name);
    try {
      InputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
      packed = isGzip(buffered);
      in = packed ? unpacked(buffered, file) : buffered;
    } catch (IOException | RuntimeException e) {
      try (raw) {
        throw e;
      }
    }
  }

  private static boolean isGzip(InputStream raw) throws IOException {
    raw.mark(2);
    boolean gzip = raw.read() == GZIP_FIRST_BYTE && raw.read() == GZIP_SECOND_BYTE;
    raw.reset();
    return gzip;
  }

  private static InputStream unpacked(InputStream raw, String file) throws IOException {
    try {
      return new GZIPInputStream(raw, BUFFER_BYTES);
    } catch (ZipException | EOFException e) {
      throw new InvalidDataException(
          file, 0, "an intact gzip header", "a damaged one: " + e.getMessage());
    }
  }

  /** Whether the file is packed by gzip. */
  boolean isPacked() {
    return packed;
  }

  String file() {
    return file;
  }

  long offset() {
    return offset;
  }

  /** A big-endian 32-bit number. */
  int readInt(String what) throws IOException {
    byte[] bytes = readFully(Integer.BYTES, what);
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | bytes[3] & 0xff;
  }

  /** So many bytes; memory is taken as they come, not as a header promises them. */
  byte[] readFully(int count, String what) throws IOException {
    return readFully(count, count, what);
  }

  /**
   * The next of many bytes, all of which must be there.
   *
   * @param expected how many are still to come, these among them
   */
  byte[] readFully(int count, long expected, String what) throws IOException {
    byte[] bytes = read(count, what);
    if (bytes.length < count) {
      throw new InvalidDataException(
          file,
          offset,
          (expected - bytes.length) + " more bytes of " + what,
          "the end of the file");
    }
    return bytes;
  }

  /** So many bytes, or fewer where the file ends. */
  byte[] read(int count, String what) throws IOException {
    try {
      byte[] bytes = in.readNBytes(count);
      offset += bytes.length;
      return bytes;
    } catch (ZipException | EOFException e) {
      throw new InvalidDataException(
          file, offset, what + " in an intact gzip stream", "a damaged one: " + e.getMessage());
    }
  }

  /** Passes over so many bytes, which must be there. */
  void skip(long count, String what) throws IOException {
    long left = count;
    try {
      while (left > 0) {
        long skipped = in.skip(left);
        if (skipped == 0 && in.read() >= 0) {
          skipped = 1;
        }
        if (skipped <= 0) {
          throw new InvalidDataException(
              file, offset, left + " more bytes of " + what, "the end of the file");
        }
        left -= skipped;
        offset += skipped;
      }
    } catch (ZipException | EOFException e) {
      throw new InvalidDataException(
          file, offset, what + " in an intact gzip stream", "a damaged one: " + e.getMessage());
    }
  }

  void requireEnd() throws IOException {
    if (read(1, "nothing").length == 1) {
      throw new InvalidDataException(file, offset - 1, "the end of the file", "more bytes");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
