package io.coppice.exchange;

import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import io.coppice.network.Window;

/**
 * A window as Deeplearning4j writes it: rows, then columns.
 *
 * @param kernel its extents
 * @param stride between neighbouring outputs
 * @param padding before and after, unless the mode finds it
 * @param mode how padding is found
 */
record Dl4jWindow(int[] kernel, int[] stride, int[] padding, PaddingMode mode) {

  /** How padding is found. */
  enum PaddingMode {
    /** As much as is needed for an output of ceil(input / stride). */
    SAME,
    /** As written; what does not fill a window is left out. */
    TRUNCATE,
    /** As written; windows must fill the tensor exactly. */
    STRICT
  }

  /** Whether some windows may see nothing but padding, which no {@link Window} does. */
  boolean mayLieInPadding() {
    return mode != PaddingMode.SAME && (padding[0] >= kernel[0] || padding[1] >= kernel[1]);
  }

  /** The same window over a tensor that has the padding already. */
  Dl4jWindow unpadded() {
    return new Dl4jWindow(kernel, stride, new int[] {0, 0}, mode);
  }

  /**
   * The window over tensors of a shape.
   *
   * @throws InvalidNetworkException if it cannot lie as its mode says
   */
  Window over(Shape shape) {
    int[] sides = {shape.height(), shape.width()};
    int[] before = new int[2];
    int[] after = new int[2];
    for (int axis = 0; axis < 2; axis++) {
      switch (mode) {
        case SAME -> {
          int outputs = -Math.floorDiv(-sides[axis], Math.max(1, stride[axis]));
          int all = Math.max(0, (outputs - 1) * stride[axis] + kernel[axis] - sides[axis]);
          before[axis] = all / 2;
          after[axis] = all - all / 2;
        }
        case TRUNCATE, STRICT -> {
          before[axis] = padding[axis];
          after[axis] = padding[axis];
        }
      }
      int rest = sides[axis] + before[axis] + after[axis] - kernel[axis];
      if (mode == PaddingMode.STRICT && stride[axis] > 0 && rest % stride[axis] != 0) {
        throw new InvalidNetworkException(
            "convolutionMode Strict needs windows that fill "
                + shape
                + " exactly; a kernel of "
                + kernel[axis]
                + " moved by "
                + stride[axis]
                + " does not");
      }
    }
    return new Window(
        kernel[0], kernel[1], stride[0], stride[1], before[0], after[0], before[1], after[1]);
  }
}
