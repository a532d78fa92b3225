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

  private final int channelBlock;
  private final int tag;

  ActivationLayout(int channelBlock, int tag) {
    this.channelBlock = channelBlock;
    this.tag = tag;
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
