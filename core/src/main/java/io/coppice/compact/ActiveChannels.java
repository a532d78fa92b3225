package io.coppice.compact;

import io.coppice.network.ChannelSpan;
import io.coppice.network.Node;
import io.coppice.structure.Mask;

/** Which channels of a node's output a mask leaves. */
public final class ActiveChannels {

  private ActiveChannels() {}

  /** Number of active channels. */
  static int count(Node node, Mask mask) {
    int count = 0;
    for (ChannelSpan span : node.spans()) {
      count += count(span, mask);
    }
    return count;
  }

  /** Number of active channels of one span. */
  static int count(ChannelSpan span, Mask mask) {
    return span.isFixed() ? span.channels() : mask.activeCount(span.group()) * span.repeats();
  }

  /** The active channels, ascending, as indices into all channels of the node. */
  public static int[] of(Node node, Mask mask) {
    int[] active = new int[count(node, mask)];
    int next = 0;
    int first = 0;
    for (ChannelSpan span : node.spans()) {
      for (int member = 0; member < span.members(); member++) {
        if (span.isFixed() || mask.isActive(span.group(), member)) {
          for (int repeat = 0; repeat < span.repeats(); repeat++) {
            active[next++] = first + member * span.repeats() + repeat;
          }
        }
      }
      first += span.channels();
    }
    return active;
  }
}
