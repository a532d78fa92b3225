package io.coppice.plan;

import io.coppice.compact.NativeMemory;
import io.coppice.network.Network;
import io.coppice.onednn.Precision;

/**
 * What memory a run takes, estimated from above, in MiB.
 *
 * @param executorHeap of an executor, without images
 * @param executorOverhead outside its heap: the tensors of all its tasks
 * @param executorImages an executor's share of the images
 * @param driverHeap of the driver
 */
public record MemoryNeed(
    long executorHeap, long executorOverhead, long executorImages, long driverHeap) {

  /** What a JVM takes outside its heap by itself, with the code of the kernels' library. */
  public static final long JVM_MIB = 256;

  /** What Spark takes of a heap by itself, with room for what is collected later. */
  private static final long SPARK_MIB = 512;

  /** What is packed lies there twice. */
  private static final int PACKED_AND_NOT = 2;

  /** Weights and velocity, and a copy of both that is written as a checkpoint. */
  private static final int MODELS = 4;

  private static final int MIB_BITS = 20;

  /**
   * What some tasks take outside an executor's heap.
   *
   * @param batch images a step of each
   * @param precision of activations
   * @param tasks at once
   */
  public static long overheadMiB(Network network, int batch, Precision precision, int tasks) {
    return JVM_MIB + tasks * ofTaskMiB(network, batch, precision);
  }

  /** What one task takes outside an executor's heap. */
  public static long ofTaskMiB(Network network, int batch, Precision precision) {
    return mib(NativeMemory.ofStep(network, batch, precision));
  }

  /**
   * That of a run.
   *
   * @param precision of activations
   * @param imageBytes what all images take on executors
   * @param addedOnExecutors where the shards' sums are added up
   */
  public static MemoryNeed of(
      Network network,
      Precision precision,
      RoundLoad load,
      long imageBytes,
      ClusterDescription cluster,
      boolean addedOnExecutors) {
    long sums = (long) cluster.cores() * PACKED_AND_NOT * load.bytesOfShard();
    return new MemoryNeed(
        SPARK_MIB + mib(PACKED_AND_NOT * load.bytesOut() + sums),
        overheadMiB(network, load.imagesOfShard(), precision, cluster.cores()),
        mib(imageBytes / cluster.executors()),
        SPARK_MIB
            + mib(
                MODELS * load.modelBytes()
                    + PACKED_AND_NOT * (load.bytesOut() + load.bytesToDriver(addedOnExecutors))));
  }

  private static long mib(long bytes) {
    return (bytes >> MIB_BITS) + 1;
  }
}
