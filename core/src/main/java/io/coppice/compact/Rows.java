package io.coppice.compact;

import java.util.Arrays;

/**
 * Where the values of one tensor lie: a row for every output channel, in it the input channels that
 * are there for this output channel.
 *
 * @param name of the tensor
 * @param outputs output channels, ascending, as indices into the full network's
 * @param inputSets the sets of input channels that rows have, each ascending
 * @param setOfRow for each row which of them
 * @param starts position of each row's first value, and at last the end of the tensor
 * @param kernelArea number of values for each pair of an output and an input channel
 */
public record Rows(
    String name, int[] outputs, int[][] inputSets, int[] setOfRow, int[] starts, int kernelArea) {

  /** Rows that all have the same input channels, {@code distance} values from start to start. */
  static Rows alike(
      String name, int[] outputs, int[] inputs, int kernelArea, int offset, int distance) {
    int[] starts = new int[outputs.length + 1];
    Arrays.setAll(starts, row -> offset + row * distance);
    return new Rows(
        name, outputs, new int[][] {inputs}, new int[outputs.length], starts, kernelArea);
  }

  /** Input channels of a row. */
  int[] inputs(int row) {
    return inputSets[setOfRow[row]];
  }

  /** Position of the tensor's first value. */
  public int offset() {
    return starts[0];
  }

  /** Position after the tensor's last value. */
  public int end() {
    return starts[outputs.length];
  }

  /** Number of values. */
  public int size() {
    return end() - offset();
  }
}
