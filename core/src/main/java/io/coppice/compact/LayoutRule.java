package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.ConvolutionKernels;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import java.util.Arrays;

/**
 * Which layout of activations measures best for a network on this processor. A fixed rule, not a
 * calibration, because bits depend on it.
 *
 * <p>Channels-last wins with registers of 8 floats, in narrow networks, where blocks of 16 eat what
 * sparsity saves, and wherever most of the work can go by minimal filtering, which needs it. Wide
 * networks of other convolutions (1x1, depthwise) do better with blocks of 16 where registers hold
 * 16 floats. So does bfloat16, for which oneDNN has no other fast batch norm than that of whole
 * blocks, and no minimal filtering is ours.
 */
final class LayoutRule {

  /** Channels of the median group from which on a network counts as wide. */
  private static final int WIDE = 64;

  private LayoutRule() {}

  /**
   * @param precision of activations
   */
  static ActivationLayout layoutOf(Network network, Precision precision) {
    boolean blocked =
        precision == Precision.BFLOAT16
            || KernelContext.hasAvx512()
                && typicalChannels(network) >= WIDE
                && !isMostlyFiltered(network);
    return blocked ? ActivationLayout.BLOCKED_16 : ActivationLayout.CHANNELS_LAST;
  }

  private static int typicalChannels(Network network) {
    int[] channels = network.groupChannels();
    Arrays.sort(channels);
    return channels.length == 0 ? 0 : channels[channels.length / 2];
  }

  /** Whether minimal filtering takes more than half of the dense network's multiply-adds. */
  static boolean isMostlyFiltered(Network network) {
    double all = 0;
    double filtered = 0;
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.Convolution convolution) {
        Shape source = network.node(node.input()).shape();
        ConvolutionKernels.Key key =
            new ConvolutionKernels.Key(
                1,
                source.channels(),
                node.shape().channels(),
                1,
                source.height(),
                source.width(),
                convolution.window(),
                node.input() == 0);
        double work = (double) key.weightCount() * node.shape().area();
        all += work;
        filtered += key.isFiltered() ? work : 0;
      }
    }
    return filtered > all / 2;
  }
}
