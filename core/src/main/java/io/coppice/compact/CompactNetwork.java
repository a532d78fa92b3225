package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.structure.Mask;

/**
 * The physically smaller network of a mask's active channels.
 *
 * @param network the full network
 * @param mask its active channels
 * @param parameters layout of the trained tensors
 * @param statistics layout of the batch norms' running statistics
 */
public record CompactNetwork(
    Network network, Mask mask, TensorLayout parameters, TensorLayout statistics) {

  public static CompactNetwork of(Network network, Mask mask) {
    return new CompactNetwork(
        network,
        mask,
        TensorLayout.parameters(network, mask),
        TensorLayout.statistics(network, mask));
  }

  /** The full network: every channel active. */
  public static CompactNetwork dense(Network network) {
    return of(network, Mask.full(network.groupChannels()));
  }

  /** Number of active channels of a node's output. */
  public int channels(int node) {
    return ActiveChannels.count(network.node(node), mask);
  }

  /** Active channels of a node's output, ascending, as indices into the full network's. */
  public int[] activeChannels(int node) {
    return ActiveChannels.of(network.node(node), mask);
  }
}
