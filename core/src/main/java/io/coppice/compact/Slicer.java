package io.coppice.compact;

import io.coppice.compact.TensorLayout.Tensor;

/**
 * Moves values between the flat arrays of two masks of one network, the smaller of which is
 * contained in the larger: slices weights out of a larger network, and adds gradients back into it.
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

  /** What is done with the values at one place of both arrays. */
  private interface Move {
    void apply(
        float[] largeValues, int largeOffset, float[] smallValues, int smallOffset, int count);
  }

  /** small = the active part of large. */
  public void gather(float[] largeValues, float[] smallValues) {
    forEachRun(
        largeValues, smallValues, (l, lo, s, so, count) -> System.arraycopy(l, lo, s, so, count));
  }

  /** The active part of large, in an array of its own. */
  public float[] gather(float[] largeValues) {
    float[] smallValues = new float[small.size()];
    gather(largeValues, smallValues);
    return smallValues;
  }

  /** The active part of large = small. */
  public void scatter(float[] smallValues, float[] largeValues) {
    forEachRun(
        largeValues, smallValues, (l, lo, s, so, count) -> System.arraycopy(s, so, l, lo, count));
  }

  /** The active part of large += scale * small. */
  public void scatterAdd(float[] smallValues, float scale, float[] largeValues) {
    forEachRun(
        largeValues,
        smallValues,
        (l, lo, s, so, count) -> {
          for (int i = 0; i < count; i++) {
            l[lo + i] += scale * s[so + i];
          }
        });
  }

  private void forEachRun(float[] largeValues, float[] smallValues, Move move) {
    requireSize(large, largeValues);
    requireSize(small, smallValues);
    for (int t = 0; t < large.tensors().size(); t++) {
      Tensor from = large.tensors().get(t);
      Tensor to = small.tensors().get(t);
      int[] outputs = positions(from.outputs(), to.outputs(), from.name());
      int[] inputs = positions(from.inputs(), to.inputs(), from.name());
      int area = from.kernelArea();
      boolean wholeRows = inputs.length == from.inputs().length;
      int largeRow = from.inputs().length * area;
      int smallRow = inputs.length * area;
      for (int o = 0; o < outputs.length; o++) {
        int largeStart = from.offset() + outputs[o] * largeRow;
        int smallStart = to.offset() + o * smallRow;
        if (wholeRows) {
          move.apply(largeValues, largeStart, smallValues, smallStart, smallRow);
        } else {
          for (int i = 0; i < inputs.length; i++) {
            move.apply(
                largeValues,
                largeStart + inputs[i] * area,
                smallValues,
                smallStart + i * area,
                area);
          }
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
