package io.coppice.dl4j;

import java.util.Arrays;

/**
 * The different values among many, as long as there are at most 256 of them; of more it is known
 * that there are more. 0 and -0 are the same.
 */
final class FewValues {

  /** As many as there are levels. */
  static final int MOST = 256;

  private static final int SLOTS = 1 << 10;
  private static final int SPREAD = 0x9E3779B9;

  private float[] slots = new float[SLOTS];
  private boolean[] taken = new boolean[SLOTS];
  private int count;

  /** Takes in a value. */
  void add(float value) {
    if (areMany()) {
      return;
    }
    float positive = value + 0f;
    int slot = Float.floatToIntBits(positive) * SPREAD >>> 22;
    while (taken[slot]) {
      if (slots[slot] == positive) {
        return;
      }
      slot = (slot + 1) % SLOTS;
    }
    taken[slot] = true;
    slots[slot] = positive;
    count++;
    if (areMany()) {
      slots = new float[0];
      taken = new boolean[0];
    }
  }

  /** Takes in the values of others. */
  void add(FewValues other) {
    if (other.areMany()) {
      count = other.count;
      slots = new float[0];
      taken = new boolean[0];
    } else {
      for (float value : other.sorted()) {
        add(value);
      }
    }
  }

  /** Whether there are more than can be told. */
  boolean areMany() {
    return count > MOST;
  }

  /** The values, ascending; empty if there are more than can be told. */
  float[] sorted() {
    float[] values = new float[areMany() ? 0 : count];
    int next = 0;
    for (int slot = 0; slot < taken.length; slot++) {
      if (taken[slot]) {
        values[next++] = slots[slot];
      }
    }
    Arrays.sort(values);
    return values;
  }
}
