package io.coppice.onednn;

import static io.coppice.onednn.OneDnnException.check;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** Products of plain matrices, row after row without gaps. */
final class MatrixProduct {

  private static final byte TRANSPOSED = 'T';
  private static final byte PLAIN = 'N';

  private MatrixProduct() {}

  /** c = a b, where a is {@code (rows, depth)}, b is {@code (depth, columns)}. */
  static void multiply(
      FloatPointer a, FloatPointer b, FloatPointer c, long rows, long columns, long depth) {
    multiply(PLAIN, a, depth, PLAIN, b, columns, 0, c, rows, columns, depth);
  }

  /** c = a b^T, where a is {@code (rows, depth)}, b is {@code (columns, depth)}. */
  static void multiplyByTransposed(
      FloatPointer a, FloatPointer b, FloatPointer c, long rows, long columns, long depth) {
    multiply(PLAIN, a, depth, TRANSPOSED, b, depth, 0, c, rows, columns, depth);
  }

  /**
   * c = a^T b, or c = c + a^T b, where a is {@code (depth, rows)}, b is {@code (depth, columns)}.
   */
  static void multiplyTransposed(
      FloatPointer a,
      FloatPointer b,
      boolean add,
      FloatPointer c,
      long rows,
      long columns,
      long depth) {
    multiply(TRANSPOSED, a, rows, PLAIN, b, columns, add ? 1 : 0, c, rows, columns, depth);
  }

  private static void multiply(
      byte formOfA,
      FloatPointer a,
      long rowOfA,
      byte formOfB,
      FloatPointer b,
      long rowOfB,
      float keep,
      FloatPointer c,
      long rows,
      long columns,
      long depth) {
    check(
        "multiply matrices",
        dnnl.dnnl_sgemm(
            formOfA, formOfB, rows, columns, depth, 1f, a, rowOfA, b, rowOfB, keep, c, columns));
  }
}
