package io.coppice.onednn;

import org.bytedeco.dnnl.global.dnnl;

/**
 * How activations {@code (batch, channels, height, width)} lie in memory. Channel counts are
 * rounded up to whole blocks, whose width is what one vector instruction, or half of one, works on.
 */
public enum ActivationLayout {
  /** Blocks of 8 channels, for registers of 8 floats. */
  BLOCKED_8(8, dnnl.dnnl_nChw8c),
  /** Blocks of 16 channels, for registers of 16 floats. */
  BLOCKED_16(16, dnnl.dnnl_nChw16c),
  /** Channels innermost; counts are multiples of 8, with registers of 16 floats. */
  CHANNELS_LAST(8, dnnl.dnnl_nhwc);

  /**
   * Channels in the smallest group from which on whole blocks of 16 cost less than they save. Below
   * it, rounding up to 16 eats what sparsity saves; above it, the blocked kernels are faster on the
   * small images of the late layers.
   */
  private static final int CHANNELS_FOR_BLOCKS_OF_16 = 64;

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
   * @param smallestGroup channels of the network's smallest group
   */
  public static ActivationLayout of(int smallestGroup) {
    if (!KernelContext.hasAvx512()) {
      return BLOCKED_8;
    }
    return smallestGroup >= CHANNELS_FOR_BLOCKS_OF_16 ? BLOCKED_16 : CHANNELS_LAST;
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
