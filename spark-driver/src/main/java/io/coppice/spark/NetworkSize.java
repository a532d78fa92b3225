package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import org.jspecify.annotations.Nullable;

/**
 * How large a network is, and what of it the structure keeps before the first round.
 *
 * @param layers convolutions and linear layers
 * @param channels that are kept, of those that may be removed; null where rounds are timed first
 * @param denseChannels all of those
 * @param flops forward, one image; null likewise
 * @param denseFlops of the dense network
 * @param parameters null likewise
 * @param denseParameters of the dense network
 */
public record NetworkSize(
    int layers,
    @Nullable Long channels,
    long denseChannels,
    @Nullable Long flops,
    long denseFlops,
    @Nullable Long parameters,
    long denseParameters) {

  static NetworkSize of(Network network, @Nullable Mask kept) {
    Mask dense = Mask.full(network.groupChannels());
    return new NetworkSize(
        (int) network.nodes().stream().filter(node -> isCounted(node.layer())).count(),
        kept == null ? null : channels(kept),
        channels(dense),
        kept == null ? null : flops(network, kept),
        flops(network, dense),
        kept == null ? null : parameters(network, kept),
        parameters(network, dense));
  }

  private static boolean isCounted(Layer layer) {
    return layer instanceof Layer.Convolution
        || layer instanceof Layer.DepthwiseConvolution
        || layer instanceof Layer.Linear;
  }

  private static long channels(Mask mask) {
    long channels = 0;
    for (int group = 0; group < mask.groups(); group++) {
      channels += mask.activeCount(group);
    }
    return channels;
  }

  private static long flops(Network network, Mask mask) {
    return Math.round(NetworkCost.flops(network).cost(mask));
  }

  private static long parameters(Network network, Mask mask) {
    return Math.round(NetworkCost.parameters(network).cost(mask));
  }
}
