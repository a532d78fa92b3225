package io.coppice.data;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The training images as a run uses them: a part held back to choose among masks, and the rest in
 * shards of nearly equal size. A function of the images, the sizes and the seed alone.
 *
 * @param heldBack images that no gradient sees
 * @param shards the others; sizes differ by at most 1
 */
public record Partition(ImageSet heldBack, List<ImageSet> shards) {

  public Partition {
    shards = List.copyOf(shards);
  }

  /**
   * Splits images at random.
   *
   * @param heldBackShare share of the images to hold back, in [0, 1)
   * @param shardCount number of shards, at least 1
   */
  public static Partition of(ImageSet images, double heldBackShare, int shardCount, long seed) {
    int heldBackCount = (int) Math.round(heldBackShare * images.size());
    if (images.size() - heldBackCount < shardCount) {
      throw new InvalidDataException(
          shardCount
              + " shards need at least as many training images, found "
              + (images.size() - heldBackCount));
    }
    int[] order = CounterRandom.of(seed, Purpose.SHARD).permutation(images.size());
    List<ImageSet> shards = new ArrayList<>();
    for (int shard = 0; shard < shardCount; shard++) {
      int start = heldBackCount + shard;
      int size = (images.size() - start + shardCount - 1) / shardCount;
      int[] members = new int[size];
      for (int i = 0; i < size; i++) {
        members[i] = order[start + i * shardCount];
      }
      shards.add(images.select(members));
    }
    return new Partition(images.select(Arrays.copyOf(order, heldBackCount)), shards);
  }

  /** Size of the smallest shard. */
  public int smallestShard() {
    return shards.stream().mapToInt(ImageSet::size).min().orElseThrow();
  }
}
