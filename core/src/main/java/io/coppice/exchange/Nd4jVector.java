package io.coppice.exchange;

import io.coppice.network.InvalidNetworkException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * A vector of floats as ND4J writes arrays, big-endian: the way it was allocated (a text), the
 * number of values of the shape (8 bytes) and their type (a text, {@code LONG}), rank, extents,
 * strides, flags, distance of neighbours, order; then again way, number and type (a text, {@code
 * FLOAT}), and the values.
 */
public final class Nd4jVector {

  /** The way of today's ND4J. */
  private static final String ALLOCATION = "MIXED_DATA_TYPES";

  private static final Set<String> ALLOCATIONS =
      Set.of("DIRECT", "HEAP", "JAVACPP", "LONG_SHAPE", ALLOCATION);

  private static final int LONGEST_SHAPE = 8;

  /** ND4J's mark of an array of type {@code FLOAT}. */
  private static final long FLAGS_OF_FLOATS = 8192;

  private static final int WRITTEN_AT_ONCE = 16_384;

  private Nd4jVector() {}

  /**
   * Reads a vector, or a matrix of one row.
   *
   * @param name of the file, for messages
   * @throws InvalidNetworkException if it is anything else
   */
  static float[] read(byte[] bytes, String name) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      long declared = shapeSize(in, name);
      require(ALLOCATIONS.contains(in.readUTF()), name, "an array of ND4J");
      long length = in.readLong();
      String type = in.readUTF();
      if (!type.equals("FLOAT")) {
        throw new InvalidNetworkException(
            name
                + ": expected values of type FLOAT, found "
                + (type.length() > 20 ? "something else" : type)
                + "; convert the network by convertDataType(DataType.FLOAT) and save it again");
      }
      int rest = in.available();
      if (length != declared || rest != length * Float.BYTES) {
        throw new InvalidNetworkException(
            name
                + ": expected "
                + declared
                + " floats, found "
                + rest
                + " bytes for "
                + length
                + "; the file is damaged");
      }
      float[] values = new float[(int) length];
      ByteBuffer.wrap(bytes, bytes.length - rest, rest).asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new InvalidNetworkException(name + ": it ends too early; the file is damaged");
    }
  }

  private static long shapeSize(DataInputStream in, String name) throws IOException {
    require(ALLOCATIONS.contains(in.readUTF()), name, "an array of ND4J");
    long count = in.readLong();
    require(in.readUTF().equals("LONG"), name, "a shape of type LONG");
    require(count >= 6 && count <= LONGEST_SHAPE, name, "a vector");
    long rank = in.readLong();
    require(count == 2 * rank + 4, name, "a vector");
    long size = 1;
    for (int axis = 0; axis < rank; axis++) {
      long extent = in.readLong();
      require(extent >= 0 && extent < Integer.MAX_VALUE, name, "a vector");
      require(axis == rank - 1 || extent == 1, name, "a vector or a matrix of one row");
      size *= extent;
    }
    for (long i = 0; i < rank + 3; i++) {
      in.readLong();
    }
    return size;
  }

  /** Writes a vector. */
  public static void write(float[] values, DataOutputStream out) throws IOException {
    write(values, out, values.length);
  }

  /** Writes a matrix of one row. */
  public static void writeRow(float[] values, DataOutputStream out) throws IOException {
    write(values, out, 1, values.length);
  }

  private static void write(float[] values, DataOutputStream out, int... extents)
      throws IOException {
    writeHeader(out, 2L * extents.length + 4, "LONG");
    out.writeLong(extents.length);
    for (int extent : extents) {
      out.writeLong(extent);
    }
    for (int axis = 0; axis < extents.length; axis++) {
      long stride = 1;
      out.writeLong(stride);
    }
    out.writeLong(FLAGS_OF_FLOATS);
    long distanceOfNeighbours = 1;
    out.writeLong(distanceOfNeighbours);
    long order = 'c';
    out.writeLong(order);
    writeHeader(out, values.length, "FLOAT");
    ByteBuffer buffer = ByteBuffer.allocate(WRITTEN_AT_ONCE * Float.BYTES);
    for (int from = 0; from < values.length; from += WRITTEN_AT_ONCE) {
      int count = Math.min(WRITTEN_AT_ONCE, values.length - from);
      buffer.asFloatBuffer().put(values, from, count);
      out.write(buffer.array(), 0, count * Float.BYTES);
    }
  }

  private static void writeHeader(DataOutputStream out, long count, String type)
      throws IOException {
    out.writeUTF(ALLOCATION);
    out.writeLong(count);
    out.writeUTF(type);
  }

  private static void require(boolean holds, String name, String expected) {
    if (!holds) {
      throw new InvalidNetworkException(name + ": expected " + expected + ", found something else");
    }
  }
}
