package io.coppice.network;

/**
 * What a convolution or a pool looks at for one output: a rectangle that moves over a padded
 * tensor. What does not fill a whole window at the lower and right border is left out.
 *
 * @param height rows of the rectangle, at least 1
 * @param width columns of the rectangle, at least 1
 * @param strideHeight rows between neighbouring outputs, at least 1
 * @param strideWidth columns between neighbouring outputs, at least 1
 * @param top rows of padding above, at least 0
 * @param bottom rows of padding below
 * @param left columns of padding on the left
 * @param right columns of padding on the right
 */
public record Window(
    int height,
    int width,
    int strideHeight,
    int strideWidth,
    int top,
    int bottom,
    int left,
    int right) {

  public Window {
    if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1) {
      throw new InvalidNetworkException(
          "a window has at least 1 row and column and moves by at least 1, found "
              + height
              + "x"
              + width
              + " moved by "
              + strideHeight
              + "x"
              + strideWidth);
    }
    requirePadding(top, bottom, left, right);
    // A window that sees nothing but padding has no maximum and no mean.
    if (top >= height || bottom >= height || left >= width || right >= width) {
      throw new InvalidNetworkException(
          "padding is smaller than the window of "
              + height
              + "x"
              + width
              + ", found top "
              + top
              + ", bottom "
              + bottom
              + ", left "
              + left
              + ", right "
              + right);
    }
  }

  static void requirePadding(int top, int bottom, int left, int right) {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new InvalidNetworkException(
          "padding is not negative, found top "
              + top
              + ", bottom "
              + bottom
              + ", left "
              + left
              + ", right "
              + right);
    }
  }

  /** A square window with equal strides and equal padding on all sides. */
  public static Window square(int side, int stride, int padding) {
    return new Window(side, side, stride, stride, padding, padding, padding, padding);
  }

  /** A window that sees the whole of a tensor. */
  public static Window whole(Shape shape) {
    return new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0);
  }

  /** Number of positions in the window. */
  public int area() {
    return height * width;
  }

  /** Rows of outputs for so many rows of inputs; less than 1 where the window does not fit. */
  public int outputHeight(int inputHeight) {
    return Math.floorDiv(inputHeight + top + bottom - height, strideHeight) + 1;
  }

  /** Columns of outputs for so many columns of inputs; less than 1 where it does not fit. */
  public int outputWidth(int inputWidth) {
    return Math.floorDiv(inputWidth + left + right - width, strideWidth) + 1;
  }

  /** Whether it is a square of the given side, with one stride and the same padding all around. */
  public boolean isSquare(int side, int stride, int padding) {
    return equals(square(side, stride, padding));
  }

  @Override
  public String toString() {
    return height
        + "x"
        + width
        + " by "
        + strideHeight
        + "x"
        + strideWidth
        + " padded "
        + top
        + ","
        + bottom
        + ","
        + left
        + ","
        + right;
  }
}
