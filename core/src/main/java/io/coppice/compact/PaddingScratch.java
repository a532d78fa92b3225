package io.coppice.compact;

/**
 * A heap array in which tensors get or lose their added channels; kept between steps, overwritten
 * by each use.
 */
final class PaddingScratch {

  private float[] values = new float[0];

  /** An array of at least the given length, with undefined content. */
  float[] ofLength(int length) {
    if (values.length < length) {
      values = new float[length];
    }
    return values;
  }
}
