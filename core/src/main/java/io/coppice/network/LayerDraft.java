package io.coppice.network;

import java.util.List;

/**
 * A layer that was added to a network which is not whole yet.
 *
 * @param inputs indices of what it reads
 * @param spans whose channels it gives, in order
 */
record LayerDraft(
    String name, Layer layer, List<Integer> inputs, Shape shape, List<OpenSpan> spans) {

  /** Channels from one place, as long as it is open which of them will be tied. */
  record OpenSpan(int origin, int members, int repeats) {}
}
