package io.coppice.onednn;

import org.bytedeco.dnnl.global.dnnl;

/**
 * How activations {@code (batch, channels, height, width)} lie in memory. Channel counts are
 * rounded up to whole blocks, whose width is what one vector instruction, or half of one, works on.
 */
public enum ActivationLayout {
  /** Blocks of 16 channels. */
  BLOCKED_16(16, dnnl.dnnl_nChw16c),
  /** Channels innermost; counts are multiples of 8. */
  CHANNELS_LAST(8, dnnl.dnnl_nhwc);

  /** Channels from which on a network counts as wide. */
  private static final int WIDE = 64;

  private final int channelBlock;
  private final int tag;

  ActivationLayout(int channelBlock, int tag) {
    this.channelBlock = channelBlock;
    this.tag = tag;
  }

  /**
   * The layout that measures best on this processor for a network. A fixed rule, not a calibration,
   * because bits depend on it.
   *
   * <p>Channels-last wins with registers of 8 floats, and in narrow networks with registers of 16.
   * In wide ones those do better with blocks of 16, which in narrow ones eat what sparsity saves.
   *
   * @param typicalChannels channels of the network's median group
   */
  public static ActivationLayout of(int typicalChannels) {
    boolean wide = typicalChannels >= WIDE;
    return wide && KernelContext.hasAvx512() ? BLOCKED_16 : CHANNELS_LAST;
  }

  /** Channel counts are multiples of this. */
  public int channelBlock() {
    return channelBlock;
  }

  int tag() {
    return tag;
  }

  /** Layout in which a convolution reads the image, which has too few channels for a block. */
  int imageTag() {
    return this == CHANNELS_LAST ? dnnl.dnnl_nhwc : dnnl.dnnl_nchw;
  }
}
