package io.coppice.shards;

import org.apache.spark.Partitioner;

/** Equal parts of the order, and one more for problems. */
final class ContentPartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final int buckets;

  ContentPartitioner(int buckets) {
    this.buckets = buckets;
  }

  @Override
  public int numPartitions() {
    return buckets + 1;
  }

  @Override
  public int getPartition(Object key) {
    byte[] bytes = (byte[]) key;
    return ContentKey.isProblem(bytes) ? buckets : ContentKey.bucket(bytes, buckets);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof ContentPartitioner other && buckets == other.buckets;
  }

  @Override
  public int hashCode() {
    return buckets;
  }
}
