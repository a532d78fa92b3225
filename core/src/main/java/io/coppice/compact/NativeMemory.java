package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.Precision;

/**
 * An estimate, from above, of the memory outside the Java heap that one training thread takes with
 * the dense network. Masks need less.
 */
public final class NativeMemory {

  /** Counts of channels are rounded up to whole blocks of so many. */
  private static final int BLOCK = 16;

  /** Gradients, workspaces and copies in other layouts that exist at once, of the largest layer. */
  private static final int LARGEST_AT_ONCE = 6;

  /**
   * Weights of the largest layer that exist at once beside those that the step keeps: its gradient,
   * copies in other layouts, and four times as many as minimal filtering transforms.
   */
  private static final int LARGEST_WEIGHTS_AT_ONCE = 8;

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
   * @param precision of activations
   */
  public static long ofStep(Network network, int batch, Precision precision) {
    long all = 0;
    long largest = 0;
    for (Node node : network.nodes()) {
      long channels = node.shape().channels();
      long stored = (channels + BLOCK - 1) / BLOCK * BLOCK * node.shape().area();
      all += stored;
      largest = Math.max(largest, stored);
    }
    TensorLayout parameters = CompactNetwork.dense(network).parameters();
    long largestTensor =
        parameters.tensors().stream().mapToLong(TensorLayout.Tensor::size).max().orElse(0);
    long weights = parameters.size() + LARGEST_WEIGHTS_AT_ONCE * largestTensor;
    double activations = (double) batch * (all + LARGEST_AT_ONCE * largest);
    return (long) (SLACK * (precision.bytes() * activations + Float.BYTES * weights))
        + Math.min(MOST_KERNELS, KERNELS_OF_NODE * network.nodes().size());
  }
}
