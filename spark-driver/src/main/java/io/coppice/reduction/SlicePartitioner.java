package io.coppice.reduction;

import org.apache.spark.Partitioner;

/** Brings the same slices of all tasks together. */
final class SlicePartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final int partitions;

  SlicePartitioner(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return ((SliceKey) key).slice();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlicePartitioner that && that.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
