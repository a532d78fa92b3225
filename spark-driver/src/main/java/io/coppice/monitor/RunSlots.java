package io.coppice.monitor;

import java.util.BitSet;

/**
 * Numbers for the runs that go on in one session, from 1: each takes the least that no other one
 * has, so that the names of metrics stay the same however many runs follow each other.
 */
final class RunSlots {

  private final BitSet taken = new BitSet();

  RunSlots() {}

  synchronized int take() {
    int slot = taken.nextClearBit(1);
    taken.set(slot);
    return slot;
  }

  synchronized void giveBack(int slot) {
    taken.clear(slot);
  }

  /** How many are taken. */
  synchronized int taken() {
    return taken.cardinality();
  }
}
