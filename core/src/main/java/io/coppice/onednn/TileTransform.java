package io.coppice.onednn;

/**
 * A matrix M applied to both sides of square tiles, Y = M X M^T, for many tiles at once: the same
 * element of all of them lies in one array, and every step is a linear combination of whole arrays,
 * which the compiler turns into vector instructions.
 */
final class TileTransform {

  private final int inputs;
  private final int outputs;

  /** For each output the inputs whose coefficient is not 0. */
  private final int[][] terms;

  private final float[][] coefficients;

  /**
   * @param matrix one row an output, one column an input; at most five of a row are not 0
   */
  TileTransform(float[][] matrix) {
    this.inputs = matrix[0].length;
    this.outputs = matrix.length;
    this.terms = new int[outputs][];
    this.coefficients = new float[outputs][];
    for (int output = 0; output < outputs; output++) {
      float[] row = matrix[output];
      int count = 0;
      for (float value : row) {
        count += value == 0 ? 0 : 1;
      }
      terms[output] = new int[count];
      coefficients[output] = new float[count];
      for (int input = 0, term = 0; input < inputs; input++) {
        if (row[input] != 0) {
          terms[output][term] = input;
          coefficients[output][term++] = row[input];
        }
      }
    }
  }

  /** Elements of a tile that enters. */
  int inputElements() {
    return inputs * inputs;
  }

  /** Elements of a tile that leaves. */
  int outputElements() {
    return outputs * outputs;
  }

  /** Elements between the two sides. */
  int innerElements() {
    return outputs * inputs;
  }

  /**
   * The matrix that takes all elements of a tile that enters to all of one that leaves: {@code
   * (output elements, input elements)}, row by row.
   */
  float[] matrixOfBothSides() {
    float[] matrix = new float[outputElements() * inputElements()];
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < outputs; column++) {
        for (int i = 0; i < terms[row].length; i++) {
          for (int j = 0; j < terms[column].length; j++) {
            int to = row * outputs + column;
            int from = terms[row][i] * inputs + terms[column][j];
            matrix[to * inputElements() + from] = coefficients[row][i] * coefficients[column][j];
          }
        }
      }
    }
    return matrix;
  }

  /**
   * Transforms tiles.
   *
   * @param in one array an element of the tile, row by row
   * @param inner overwritten
   * @param out likewise
   * @param count tiles
   */
  void apply(float[][] in, float[][] inner, float[][] out, int count) {
    for (int column = 0; column < inputs; column++) {
      for (int row = 0; row < outputs; row++) {
        combine(in, column, inputs, row, inner[row * inputs + column], count);
      }
    }
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < outputs; column++) {
        combine(inner, row * inputs, 1, column, out[row * outputs + column], count);
      }
    }
  }

  /** One output of the matrix, from the inputs at {@code first + stride * input}. */
  private void combine(float[][] in, int first, int stride, int output, float[] target, int count) {
    int[] term = terms[output];
    float[] k = coefficients[output];
    float[] a = in[first + stride * term[0]];
    float[] b = term.length > 1 ? in[first + stride * term[1]] : a;
    float[] c = term.length > 2 ? in[first + stride * term[2]] : a;
    float[] d = term.length > 3 ? in[first + stride * term[3]] : a;
    switch (term.length) {
      case 1 -> combine(a, k[0], target, count);
      case 2 -> combine(a, k[0], b, k[1], target, count);
      case 3 -> combine(a, k[0], b, k[1], c, k[2], target, count);
      case 4 -> combine(a, k[0], b, k[1], c, k[2], d, k[3], target, count);
      case 5 -> {
        float[] e = in[first + stride * term[4]];
        combine(a, k[0], b, k[1], c, k[2], d, k[3], e, k[4], target, count);
      }
      default -> throw new IllegalStateException("a combination of " + term.length + " inputs");
    }
  }

  private static void combine(float[] a, float ka, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = ka * a[i];
    }
  }

  private static void combine(float[] a, float ka, float[] b, float kb, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = ka * a[i] + kb * b[i];
    }
  }

  private static void combine(
      float[] a, float ka, float[] b, float kb, float[] c, float kc, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = ka * a[i] + kb * b[i] + kc * c[i];
    }
  }

  private static void combine(
      float[] a,
      float ka,
      float[] b,
      float kb,
      float[] c,
      float kc,
      float[] d,
      float kd,
      float[] target,
      int count) {
    for (int i = 0; i < count; i++) {
      target[i] = ka * a[i] + kb * b[i] + kc * c[i] + kd * d[i];
    }
  }

  private static void combine(
      float[] a,
      float ka,
      float[] b,
      float kb,
      float[] c,
      float kc,
      float[] d,
      float kd,
      float[] e,
      float ke,
      float[] target,
      int count) {
    for (int i = 0; i < count; i++) {
      target[i] = ka * a[i] + kb * b[i] + kc * c[i] + kd * d[i] + ke * e[i];
    }
  }
}
