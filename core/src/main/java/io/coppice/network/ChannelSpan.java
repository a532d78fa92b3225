package io.coppice.network;

/**
 * Consecutive channels of a node's output that come from one place: all channels of one group, or
 * channels that always stay. Only a merge makes a tensor of more than one span.
 *
 * @param group id of the channel group, or {@link #FIXED} where no channel may be removed
 * @param members number of channels of the group, present or not
 * @param repeats consecutive channels of the node for each one of the group; more than 1 behind a
 *     depthwise convolution with a multiplier
 */
public record ChannelSpan(int group, int members, int repeats) {

  /**
   * Stands for the channels that always stay: those of the image and the logits, and what is kept.
   */
  public static final int FIXED = -1;

  /** Whether no channel may be removed. */
  public boolean isFixed() {
    return group == FIXED;
  }

  /** Number of the node's channels. */
  public int channels() {
    return members * repeats;
  }
}
