package io.coppice.onednn;

/**
 * A way to compute a 3x3 convolution on small tiles with fewer products, by transforms of source,
 * weights and destination on both sides of each tile (Winograd 1980; Lavin and Gray 2016).
 *
 * @param outputTile rows and columns of the outputs that one tile gives
 * @param inputTile rows and columns of the inputs that it needs
 * @param shift of its first input row against its first output row
 * @param ofSource B^T, of the inputs
 * @param ofWeights G, of the weights; its transpose gives the gradient of the weights
 * @param ofTurnedWeights the same for weights that lie turned by 180 degrees
 * @param toDestination A^T, to the outputs
 * @param ofGradient A, of the outputs' gradients
 */
record MinimalFilter(
    int outputTile,
    int inputTile,
    int shift,
    TileTransform ofSource,
    TileTransform ofWeights,
    TileTransform ofTurnedWeights,
    TileTransform toDestination,
    TileTransform ofGradient) {

  /** F(4x4, 3x3): 36 products a tile and pair of channels, of the 144 that define it. */
  private static final MinimalFilter FOUR_BY_FOUR =
      of(
          4,
          6,
          -1,
          new float[][] {
            {4, 0, -5, 0, 1, 0},
            {0, -4, -4, 1, 1, 0},
            {0, 4, -4, -1, 1, 0},
            {0, -2, -1, 2, 1, 0},
            {0, 2, -1, -2, 1, 0},
            {0, 4, 0, -5, 0, 1}
          },
          new float[][] {
            {1 / 4f, 0, 0},
            {-1 / 6f, -1 / 6f, -1 / 6f},
            {-1 / 6f, 1 / 6f, -1 / 6f},
            {1 / 24f, 1 / 12f, 1 / 6f},
            {1 / 24f, -1 / 12f, 1 / 6f},
            {0, 0, 1}
          },
          new float[][] {
            {1, 1, 1, 1, 1, 0},
            {0, 1, -1, 2, -2, 0},
            {0, 1, 1, 4, 4, 0},
            {0, 1, -1, 8, -8, 1}
          });

  /**
   * For images of 2x2: what lies beyond the border is 0, so that each axis is the product of a
   * Toeplitz matrix of 2x2, which takes 3 products instead of 4; 9 instead of 16 for both axes.
   */
  private static final MinimalFilter TWO_BY_TWO =
      of(
          2,
          2,
          0,
          new float[][] {{1, 1}, {0, 1}, {1, 0}},
          new float[][] {{0, 1, 0}, {0, -1, 1}, {1, -1, 0}},
          new float[][] {{1, 1, 0}, {1, 0, 1}});

  /** Share of a tiled image that may lie outside of the image. */
  private static final double MOST_WASTE = 0.3;

  private static MinimalFilter of(
      int outputTile, int inputTile, int shift, float[][] b, float[][] g, float[][] a) {
    return new MinimalFilter(
        outputTile,
        inputTile,
        shift,
        new TileTransform(b),
        new TileTransform(g),
        new TileTransform(turned(g)),
        new TileTransform(a),
        new TileTransform(transposed(a)));
  }

  /** The filter for images of a size. */
  static MinimalFilter of(int height, int width) {
    return height == TWO_BY_TWO.outputTile && width == TWO_BY_TWO.outputTile
        ? TWO_BY_TWO
        : FOUR_BY_FOUR;
  }

  /** Whether the tiles cover images of the size without much waste. */
  static boolean fits(int height, int width) {
    MinimalFilter filter = of(height, width);
    int tiled = filter.tiles(height) * filter.tiles(width) * filter.outputTile * filter.outputTile;
    return tiled * (1 - MOST_WASTE) <= height * width;
  }

  /** Tiles along an axis of so many pixels. */
  int tiles(int pixels) {
    return (pixels + outputTile - 1) / outputTile;
  }

  /** Products a tile and pair of channels. */
  int elements() {
    return ofSource.outputElements();
  }

  private static float[][] transposed(float[][] matrix) {
    float[][] result = new float[matrix[0].length][matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[0].length; column++) {
        result[column][row] = matrix[row][column];
      }
    }
    return result;
  }

  /** The matrix for kernels whose elements come in the reverse order. */
  private static float[][] turned(float[][] matrix) {
    float[][] result = new float[matrix.length][matrix[0].length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[0].length; column++) {
        result[row][column] = matrix[row][matrix[0].length - 1 - column];
      }
    }
    return result;
  }
}
