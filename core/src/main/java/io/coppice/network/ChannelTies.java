package io.coppice.network;

import java.util.ArrayList;
import java.util.List;

/** Which layers' channels are one group, because something adds them up. */
final class ChannelTies {

  /** For each layer the earlier one that it is tied to, or itself. */
  private final List<Integer> tiedTo = new ArrayList<>();

  /** Adds the next layer, tied to none. */
  void add() {
    tiedTo.add(tiedTo.size());
  }

  /** Makes the channels of two layers one group. */
  void tie(int left, int right) {
    int leftRoot = root(left);
    int rightRoot = root(right);
    tiedTo.set(Math.max(leftRoot, rightRoot), Math.min(leftRoot, rightRoot));
  }

  /** The earliest layer that a layer is tied to. */
  int root(int layer) {
    int root = layer;
    while (tiedTo.get(root) != root) {
      root = tiedTo.get(root);
    }
    return root;
  }
}
