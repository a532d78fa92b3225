package io.coppice.onednn;

import io.coppice.network.Window;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The gradient of a convolution's weights as matrix products, for convolutions of stride 1 that
 * keep the image's size. Both tensors are copied so that a pixel's channels lie together for all
 * images {@code (height, width, batch, channels)}; each weight is then the product of a run of
 * pixels with the run it is shifted against, and pixels that a shift moves out of the image cost
 * nothing, which on small images is most of the work.
 */
final class WeightsGradientProducts implements AutoCloseable {

  /** Pixels of an image up to which the products are faster than the convolution primitive. */
  private static final int MOST_PIXELS = 64;

  /** The same where there are so many channels that the copies weigh little. */
  private static final int MOST_PIXELS_OF_MANY_CHANNELS = 256;

  private static final int MANY_CHANNELS = 64;

  private static final int PIXELS_SLOT = 0;
  private static final int GRADIENTS_SLOT = 1;
  private static final int RESULT_SLOT = 2;

  private final KernelContext context;
  private final ConvolutionKernels.Key key;
  private final int side;
  private final Reorder sourceCopy;
  private final Reorder gradientCopy;
  private final Reorder resultCopy;

  /**
   * @param tensors how they lie as they come and leave
   */
  WeightsGradientProducts(ConvolutionTensors tensors) {
    this.context = tensors.context();
    this.key = tensors.key();
    this.side = key.window().height();
    Descriptors descriptors = tensors.descriptors();
    this.sourceCopy =
        new Reorder(context, descriptors, tensors.givenSource(), byPixel(descriptors, key.in()));
    this.gradientCopy =
        new Reorder(
            context, descriptors, tensors.givenDestination(), byPixel(descriptors, key.out()));
    this.resultCopy =
        new Reorder(
            context,
            descriptors,
            descriptors.tensor(dnnl.dnnl_hwio, key.out(), key.in(), side, side),
            tensors.plainWeights());
  }

  /** Whether the shape is one that this class can do, and does faster. */
  static boolean fits(ConvolutionKernels.Key key) {
    boolean manyChannels = Math.min(key.in(), key.out()) >= MANY_CHANNELS;
    return !key.image()
        && isOddAndKeepsTheSize(key.window())
        && key.height() * key.width()
            <= (manyChannels ? MOST_PIXELS_OF_MANY_CHANNELS : MOST_PIXELS);
  }

  private static boolean isOddAndKeepsTheSize(Window window) {
    int side = window.height();
    return side % 2 == 1 && window.isSquare(side, 1, side / 2);
  }

  private dnnl_memory_desc byPixel(Descriptors descriptors, int channels) {
    long pixel = (long) key.batch() * channels;
    return descriptors.tensor(
        new long[] {key.batch(), channels, key.height(), key.width()},
        new long[] {channels, 1, key.width() * pixel, pixel});
  }

  void execute(NativeBuffer source, NativeBuffer gradient, NativeBuffer weightsGradient) {
    NativeBuffer pixels = sourceCopy.apply(context, PIXELS_SLOT, source);
    NativeBuffer gradients = gradientCopy.apply(context, GRADIENTS_SLOT, gradient);
    NativeBuffer result = resultCopy.origin(context, RESULT_SLOT, weightsGradient);
    long start = System.nanoTime();
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        tap(row, column, pixels, gradients, result);
      }
    }
    context.times().addSince(Activity.CONVOLUTION_BACKWARD_WEIGHTS, start);
    resultCopy.deliver(result, weightsGradient);
  }

  /** The gradient of the weights at one place of the kernel, {@code (in, out)}. */
  private void tap(
      int row, int column, NativeBuffer pixels, NativeBuffer gradients, NativeBuffer result) {
    int down = row - side / 2;
    int right = column - side / 2;
    int firstRow = Math.max(0, -down);
    int rows = key.height() - Math.abs(down);
    int firstColumn = Math.max(0, -right);
    int columns = key.width() - Math.abs(right);
    long target = (long) (row * side + column) * key.in() * key.out();
    if (rows <= 0 || columns <= 0) {
      result.zeroFloats(target, (long) key.in() * key.out());
      return;
    }
    // Without a shift to the side the rows follow each other without a gap.
    int runs = right == 0 ? 1 : rows;
    int pixelsPerRun = right == 0 ? rows * key.width() : columns;
    for (int run = 0; run < runs; run++) {
      long to = (long) (firstRow + run) * key.width() + firstColumn;
      long from = to + (long) down * key.width() + right;
      MatrixProduct.multiplyTransposed(
          pixels.pointer(from * key.batch() * key.in()),
          gradients.pointer(to * key.batch() * key.out()),
          run > 0,
          result.pointer(target),
          key.in(),
          key.out(),
          (long) pixelsPerRun * key.batch());
    }
  }

  @Override
  public void close() {
    sourceCopy.close();
    gradientCopy.close();
    resultCopy.close();
  }
}
