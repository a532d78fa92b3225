package io.coppice.exchange;

import io.coppice.network.InvalidNetworkException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * A vector of floats as ND4J writes arrays, big-endian: the way it was allocated (a text), the
 * number of values of the shape (8 bytes) and their type (a text, {@code LONG}), rank, extents,
 * strides, flags, distance of neighbours, order; then again way, number and type (a text, {@code
 * FLOAT}), and the values.
 */
final class Nd4jVector {

  private static final Set<String> ALLOCATIONS =
      Set.of("DIRECT", "HEAP", "JAVACPP", "LONG_SHAPE", "MIXED_DATA_TYPES");

  private static final int LONGEST_SHAPE = 8;

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

  private static void require(boolean holds, String name, String expected) {
    if (!holds) {
      throw new InvalidNetworkException(name + ": expected " + expected + ", found something else");
    }
  }
}
