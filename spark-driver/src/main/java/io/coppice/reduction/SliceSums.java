package io.coppice.reduction;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the tasks of a {@link SliceSumsRdd} gave, put together.
 *
 * @param sum of the numbers of all tasks
 * @param besides what each task said besides, in their order
 * @param bytes that came to the driver
 */
public record SliceSums(float[] sum, List<byte[]> besides, long bytes) {

  /**
   * Puts it together.
   *
   * @param replies of the tasks, in their order
   */
  public static SliceSums of(Slicing slicing, byte[][] replies) {
    float[] sum = new float[slicing.size()];
    for (int slice = 0; slice < slicing.slices(); slice++) {
      int from = slicing.from(slice);
      FloatBytes.read(replies[slice], sum, from, slicing.to(slice) - from);
    }
    return new SliceSums(
        sum,
        split(replies[slicing.slices()]),
        Arrays.stream(replies).mapToLong(reply -> reply.length).sum());
  }

  /** Some arrays in one, each behind its length. */
  static byte[] join(List<byte[]> arrays) {
    int bytes = arrays.stream().mapToInt(array -> Integer.BYTES + array.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(bytes);
    for (byte[] array : arrays) {
      joined.putInt(array.length).put(array);
    }
    return joined.array();
  }

  private static List<byte[]> split(byte[] joined) {
    List<byte[]> arrays = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(joined);
    while (bytes.hasRemaining()) {
      byte[] array = new byte[bytes.getInt()];
      bytes.get(array);
      arrays.add(array);
    }
    return arrays;
  }
}
