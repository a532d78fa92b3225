package io.coppice.structure;

import java.util.Arrays;

/**
 * Which channels of every group are active: one bit a channel, groups one after the other.
 * Immutable.
 */
public final class Mask {

  private final int[] offsets;
  private final long[] words;

  private Mask(int[] offsets, long[] words) {
    this.offsets = offsets;
    this.words = words;
  }

  /** A mask with every channel active. */
  public static Mask full(int[] groupChannels) {
    Builder builder = builder(groupChannels);
    for (int group = 0; group < groupChannels.length; group++) {
      builder.activate(group, 0, groupChannels[group]);
    }
    return builder.build();
  }

  /** A mask with no channel active yet. */
  public static Builder builder(int[] groupChannels) {
    int[] offsets = new int[groupChannels.length + 1];
    for (int i = 0; i < groupChannels.length; i++) {
      offsets[i + 1] = offsets[i] + groupChannels[i];
    }
    return new Builder(offsets);
  }

  /** Collects the active channels of a mask. */
  public static final class Builder {
    private final int[] offsets;
    private final long[] words;

    private Builder(int[] offsets) {
      this.offsets = offsets;
      this.words = new long[(offsets[offsets.length - 1] + 63) / 64];
    }

    /** Makes {@code count} channels of a group active, from {@code first} on. */
    public Builder activate(int group, int first, int count) {
      for (int bit = offsets[group] + first; bit < offsets[group] + first + count; bit++) {
        words[bit >> 6] |= 1L << bit;
      }
      return this;
    }

    public Mask build() {
      return new Mask(offsets, words.clone());
    }
  }

  /** Number of groups. */
  public int groups() {
    return offsets.length - 1;
  }

  /** Number of channels of a group, active or not. */
  public int channels(int group) {
    return offsets[group + 1] - offsets[group];
  }

  public boolean isActive(int group, int channel) {
    int bit = offsets[group] + channel;
    return (words[bit >> 6] >>> bit & 1) != 0;
  }

  /** Number of active channels of a group. */
  public int activeCount(int group) {
    int from = offsets[group];
    int to = offsets[group + 1];
    int count = 0;
    for (int word = from >> 6; word << 6 < to; word++) {
      long bits = words[word];
      if (word == from >> 6) {
        bits &= -1L << from;
      }
      if (word == to >> 6) {
        bits &= ~(-1L << to);
      }
      count += Long.bitCount(bits);
    }
    return count;
  }

  /** The active channels of a group, ascending. */
  public int[] activeChannels(int group) {
    int[] active = new int[activeCount(group)];
    int next = 0;
    for (int channel = 0; channel < channels(group); channel++) {
      if (isActive(group, channel)) {
        active[next++] = channel;
      }
    }
    return active;
  }

  /** Number of active channels of all groups. */
  public int activeCount() {
    return Arrays.stream(words).mapToInt(Long::bitCount).sum();
  }

  /** The channels that are active here, there or in both. */
  public Mask union(Mask other) {
    requireSameGroups(other);
    long[] union = words.clone();
    for (int i = 0; i < union.length; i++) {
      union[i] |= other.words[i];
    }
    return new Mask(offsets, union);
  }

  /** Whether every channel that is active there is active here. */
  public boolean contains(Mask other) {
    requireSameGroups(other);
    for (int i = 0; i < words.length; i++) {
      if ((other.words[i] & ~words[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  private void requireSameGroups(Mask other) {
    if (!Arrays.equals(offsets, other.offsets)) {
      throw new IllegalArgumentException("the masks belong to different networks");
    }
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Mask other
        && Arrays.equals(offsets, other.offsets)
        && Arrays.equals(words, other.words);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int group = 0; group < groups(); group++) {
      text.append(group == 0 ? "" : " ")
          .append(activeCount(group))
          .append('/')
          .append(channels(group));
    }
    return text.toString();
  }
}
