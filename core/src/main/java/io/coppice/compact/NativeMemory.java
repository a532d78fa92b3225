package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.network.Node;

/**
 * An estimate, from above, of the memory outside the Java heap that one training thread takes with
 * the dense network. Masks need less.
 */
public final class NativeMemory {

  /** Counts of channels are rounded up to whole blocks of so many. */
  private static final int BLOCK = 16;

  /** Gradients, workspaces and copies in other layouts that exist at once, of the largest layer. */
  private static final int LARGEST_AT_ONCE = 6;

  /** Buffers come in size classes. */
  private static final double SLACK = 1.25;

  /** Code and descriptors of the kernels of a layer, for the masks that a run meets. */
  private static final long KERNELS_OF_NODE = 1 << 20;

  /** Bound of the cache of kernels. */
  private static final long MOST_KERNELS = 256L << 20;

  private NativeMemory() {}

  /**
   * Bytes of a training step.
   *
   * @param batch images a step
   */
  public static long ofStep(Network network, int batch) {
    long all = 0;
    long largest = 0;
    for (Node node : network.nodes()) {
      long channels = node.shape().channels();
      long stored = (channels + BLOCK - 1) / BLOCK * BLOCK * node.shape().area();
      all += stored;
      largest = Math.max(largest, stored);
    }
    long weights = CompactNetwork.dense(network).parameters().size();
    double floats = (double) batch * (all + LARGEST_AT_ONCE * largest) + weights;
    return (long) (SLACK * Float.BYTES * floats)
        + Math.min(MOST_KERNELS, KERNELS_OF_NODE * network.nodes().size());
  }
}
