package io.coppice.shards;

import java.util.Arrays;

/** Where in the order the buckets begin, for finding an image by its number. */
final class BucketIndex {

  private final ImageRole role;
  private final long[] starts;

  /**
   * @param counts images of each bucket
   */
  BucketIndex(ImageRole role, long[] counts) {
    this.role = role;
    this.starts = new long[counts.length + 1];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      starts[bucket + 1] = starts[bucket] + counts[bucket];
    }
  }

  /** Number of images. */
  long images() {
    return starts[starts.length - 1];
  }

  /** Images {@code from} (inclusive) to {@code to} (exclusive). */
  ImageRange range(long from, long to) {
    if (from == to) {
      return new ImageRange(role, 0, -1, 0, 0);
    }
    int first = bucketOf(from);
    return new ImageRange(
        role,
        first,
        bucketOf(to - 1),
        Math.toIntExact(from - starts[first]),
        Math.toIntExact(to - from));
  }

  /** The last bucket that begins at an image or before it, which is the one that has it. */
  private int bucketOf(long image) {
    int found = Arrays.binarySearch(starts, image);
    if (found < 0) {
      return -found - 2;
    }
    int bucket = found;
    while (starts[bucket + 1] == image) {
      bucket++;
    }
    return bucket;
  }
}
