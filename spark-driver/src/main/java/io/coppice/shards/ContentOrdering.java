package io.coppice.shards;

import java.util.Arrays;
import scala.math.Ordering;

/** The order of {@link ContentKey}s. */
final class ContentOrdering implements Ordering<byte[]> {

  private static final long serialVersionUID = 1L;

  @Override
  public int compare(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other);
  }
}
