package io.coppice.compact;

import io.coppice.compact.TensorLayout.Tensor;
import java.util.stream.IntStream;

/**
 * Moves values between the flat arrays of two masks of one network, the smaller of which is
 * contained in the larger.
 */
public final class Slicer {

  private final TensorLayout large;
  private final TensorLayout small;

  /**
   * @param large layout of a mask
   * @param small layout of a mask whose active channels are all active in the large one
   */
  public Slicer(TensorLayout large, TensorLayout small) {
    if (large.tensors().size() != small.tensors().size()) {
      throw new IllegalArgumentException("the layouts belong to different networks");
    }
    this.large = large;
    this.small = small;
  }

  /** small = the active part of large. */
  public void gather(float[] largeValues, float[] smallValues) {
    forEachRun(largeValues, smallValues, Slicer::copy, false);
  }

  /** The active part of large, in an array of its own. */
  public float[] gather(float[] largeValues) {
    float[] smallValues = new float[small.size()];
    gather(largeValues, smallValues);
    return smallValues;
  }

  /** The same by all cores, for large networks. */
  public float[] gatherInParallel(float[] largeValues) {
    float[] smallValues = new float[small.size()];
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

  /**
   * One tensor of a small layout, in rows of the given length.
   *
   * @param from the tensor in the large layout
   * @param to the tensor in the small layout
   * @param target receives output channel {@code o} from {@code o * targetRow} on
   */
  static void gatherRows(
      Tensor from, float[] largeValues, Tensor to, float[] target, int targetRow) {
    forEachRun(from, largeValues, to, target, 0, targetRow, Slicer::copy);
  }

  private void forEachRun(float[] largeValues, float[] smallValues, Move move, boolean parallel) {
    requireSize(large, largeValues);
    requireSize(small, smallValues);
    IntStream tensors = IntStream.range(0, large.tensors().size());
    (parallel ? tensors.parallel() : tensors)
        .forEach(
            tensor -> {
              Tensor to = small.tensors().get(tensor);
              int row = to.inputs().length * to.kernelArea();
              Tensor from = large.tensors().get(tensor);
              forEachRun(from, largeValues, to, smallValues, to.offset(), row, move);
            });
  }

  private static void forEachRun(
      Tensor from,
      float[] largeValues,
      Tensor to,
      float[] smallValues,
      int smallOffset,
      int smallRow,
      Move move) {
    int[] outputs = positions(from.outputs(), to.outputs(), from.name());
    int[] inputs = positions(from.inputs(), to.inputs(), from.name());
    int area = from.kernelArea();
    boolean wholeRows = inputs.length == from.inputs().length;
    int largeRow = from.inputs().length * area;
    for (int o = 0; o < outputs.length; o++) {
      int largeStart = from.offset() + outputs[o] * largeRow;
      int smallStart = smallOffset + o * smallRow;
      if (wholeRows) {
        move.apply(largeValues, largeStart, smallValues, smallStart, largeRow);
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

  private static void requireSize(TensorLayout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " values, found " + values.length);
    }
  }
}
