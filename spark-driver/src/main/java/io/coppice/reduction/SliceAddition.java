package io.coppice.reduction;

import io.coppice.train.ShardSummation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds one slice of all tasks, in their order whatever the order of arrival. What comes before its
 * turn waits.
 */
final class SliceAddition {

  private final int tasks;
  private final float[] sum;
  private final float[] addend;
  private final Map<Integer, byte[]> waiting = new HashMap<>();
  private int next;

  /**
   * @param tasks how many give a slice
   * @param size numbers of the slice
   */
  SliceAddition(int tasks, int size) {
    this.tasks = tasks;
    this.sum = new float[size];
    this.addend = new float[size];
  }

  /** Takes a task's slice; a second one of the same task is refused. */
  void accept(int task, byte[] slice) {
    if (!FloatBytes.fit(slice.length, sum.length)) {
      throw new IllegalArgumentException(
          "the slice of task "
              + task
              + ": expected "
              + sum.length * Float.BYTES
              + " bytes, or half of them, found "
              + slice.length);
    }
    if (task < next || waiting.put(task, slice) != null) {
      throw new IllegalArgumentException("task " + task + " gave its slice twice");
    }
    for (byte @Nullable [] due = waiting.remove(next); due != null; due = waiting.remove(next)) {
      FloatBytes.read(due, addend, 0, addend.length);
      ShardSummation.add(sum, addend);
      next++;
    }
  }

  /** The sum over all tasks. */
  float[] sum() {
    if (next != tasks) {
      throw new IllegalStateException("task " + next + " of " + tasks + " gave no slice");
    }
    return sum;
  }
}
