package io.coppice.compact;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves values between the flat arrays of two layouts of one network, the smaller of which is
 * contained in the larger.
 */
public final class Slicer {

  private final List<Rows> large;
  private final List<Rows> small;
  private final int largeSize;
  private final int smallSize;

  /**
   * @param large layout of some masks
   * @param small layout of masks whose active channels are all active in one of the large ones
   */
  public Slicer(RowLayout large, RowLayout small) {
    this.large = large.rows();
    this.small = small.rows();
    this.largeSize = large.size();
    this.smallSize = small.size();
    if (this.large.size() != this.small.size()) {
      throw new IllegalArgumentException("the layouts belong to different networks");
    }
  }

  /** small = the active part of large. */
  public void gather(float[] largeValues, float[] smallValues) {
    forEachRun(largeValues, smallValues, Slicer::copy, false);
  }

  /** The active part of large, in an array of its own. */
  public float[] gather(float[] largeValues) {
    float[] smallValues = new float[smallSize];
    gather(largeValues, smallValues);
    return smallValues;
  }

  /** The same by all cores, for large networks. */
  public float[] gatherInParallel(float[] largeValues) {
    float[] smallValues = new float[smallSize];
    forEachRun(largeValues, smallValues, Slicer::copy, true);
    return smallValues;
  }

  /** The active part of large = small. */
  public void scatter(float[] smallValues, float[] largeValues) {
    forEachRun(
        largeValues,
        smallValues,
        (target, to, source, from, count) -> copy(source, from, target, to, count),
        false);
  }

  /** The active part of large = itself + scale small. */
  public void addTo(float[] largeValues, float[] smallValues, float scale) {
    forEachRun(
        largeValues,
        smallValues,
        (target, to, source, from, count) -> {
          for (int i = 0; i < count; i++) {
            target[to + i] += scale * source[from + i];
          }
        },
        false);
  }

  /** What is done with a run of values that lie together in both arrays. */
  private interface Move {
    void apply(
        float[] largeValues, int largeOffset, float[] smallValues, int smallOffset, int count);
  }

  private static void copy(float[] source, int from, float[] target, int to, int count) {
    System.arraycopy(source, from, target, to, count);
  }

  /** One tensor of a small layout, its rows wherever {@code to} says. */
  static void gatherRows(Rows from, float[] largeValues, Rows to, float[] target) {
    forEachRun(from, largeValues, to, target, Slicer::copy);
  }

  private void forEachRun(float[] largeValues, float[] smallValues, Move move, boolean parallel) {
    requireSize(largeSize, largeValues);
    requireSize(smallSize, smallValues);
    IntStream tensors = IntStream.range(0, large.size());
    (parallel ? tensors.parallel() : tensors)
        .forEach(
            tensor ->
                forEachRun(large.get(tensor), largeValues, small.get(tensor), smallValues, move));
  }

  private static void forEachRun(
      Rows from, float[] largeValues, Rows to, float[] smallValues, Move move) {
    int[] largeRows = positions(from.outputs(), to.outputs(), from.name());
    int area = from.kernelArea();
    // Of each pair of sets of input channels where those of the small row lie in the large one.
    int @Nullable [][][] lookedUp = new int[from.inputSets().length][to.inputSets().length][];
    for (int row = 0; row < largeRows.length; row++) {
      int largeStart = from.starts()[largeRows[row]];
      int smallStart = to.starts()[row];
      int[] present = from.inputs(largeRows[row]);
      int[] wanted = to.inputs(row);
      int[][] ofSet = lookedUp[from.setOfRow()[largeRows[row]]];
      int set = to.setOfRow()[row];
      if (ofSet[set] == null) {
        ofSet[set] = positions(present, wanted, from.name());
      }
      int[] inputs = ofSet[set];
      if (inputs.length == present.length) {
        move.apply(largeValues, largeStart, smallValues, smallStart, inputs.length * area);
      } else {
        for (int i = 0; i < inputs.length; i++) {
          move.apply(
              largeValues, largeStart + inputs[i] * area, smallValues, smallStart + i * area, area);
        }
      }
    }
  }

  /** Position of each wanted channel among the present ones; both ascending. */
  private static int[] positions(int[] present, int[] wanted, String tensor) {
    int[] positions = new int[wanted.length];
    int p = 0;
    for (int w = 0; w < wanted.length; w++) {
      while (p < present.length && present[p] < wanted[w]) {
        p++;
      }
      if (p == present.length || present[p] != wanted[w]) {
        throw new IllegalArgumentException(
            tensor
                + ": channel "
                + wanted[w]
                + " is active in the small mask but not in the large one");
      }
      positions[w] = p;
    }
    return positions;
  }

  private static void requireSize(int size, float[] values) {
    if (values.length != size) {
      throw new IllegalArgumentException("expected " + size + " values, found " + values.length);
    }
  }
}
