package io.coppice.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * Convolutions with a kernel of 3x3 that keep the image's size, by {@linkplain MinimalFilter
 * minimal filtering} of tiles. With U = G w G^T of the weights and V = B^T x B of each tile's
 * inputs,
 *
 * <pre>
 *   y  = A^T (sum over inputs of U * V) A
 *   dw = G^T (sum over tiles of V * (A dy A^T)) G
 * </pre>
 *
 * where * is element by element, so that each element of a tile is one matrix product over tiles
 * and channels. Of 3x3 weights, which are few, both sides of a transform are one matrix: that
 * product is faster than two steps over arrays. The gradient of the source is the convolution of
 * the destination's gradient with the kernel turned by 180 degrees. Results differ from the direct
 * convolution's by about 1e-5 of the largest.
 */
final class WinogradConvolution implements AutoCloseable {

  private static final int KERNEL = 3;

  /** Channels on both sides from which on the products outweigh the transforms. */
  private static final int FEWEST_CHANNELS = 24;

  /** Tiles whose products are taken at once, at least; fewer, and each call does too little. */
  private static final int FEWEST_TILES_AT_ONCE = 64;

  /** Floats of an element of these tiles, so that all elements' stay in the cache. */
  private static final int FLOATS_AT_ONCE = 8192;

  /** Floats of one element's array, so that all arrays of a transform stay in the cache. */
  private static final int CHUNK = 1024;

  // Of the context's staging memory.
  private static final int SOURCE_SLOT = 0;
  private static final int RESULT_SLOT = 1;
  private static final int WEIGHTS_SLOT = 2;
  private static final int PLAIN_WEIGHTS_SLOT = 3;

  // Of the context's arrays.
  private static final int INPUT_ARRAYS = 0;
  private static final int INNER_ARRAYS = 1;
  private static final int OUTPUT_ARRAYS = 2;
  private static final int SOURCE_IMAGE = 3;
  private static final int RESULT_IMAGE = 4;

  private final KernelContext context;
  private final ConvolutionKernels.Key key;
  private final MinimalFilter filter;
  private final int tileColumns;
  private final int tilesOfImage;
  private final int tiles;
  private final int atOnce;
  private final Reorder weightsByElement;
  private final NativeBuffer ofWeights;
  private final NativeBuffer ofTurnedWeights;

  /**
   * @param tensors how they lie as they come and leave
   */
  WinogradConvolution(ConvolutionTensors tensors) {
    this.context = tensors.context();
    this.key = tensors.key();
    this.filter = MinimalFilter.of(key.height(), key.width());
    this.tileColumns = filter.tiles(key.width());
    this.tilesOfImage = filter.tiles(key.height()) * tileColumns;
    this.tiles = key.batch() * tilesOfImage;
    this.atOnce =
        Math.min(
            tiles, Math.max(FEWEST_TILES_AT_ONCE, FLOATS_AT_ONCE / Math.max(key.in(), key.out())));
    long plane = (long) key.in() * key.out();
    dnnl_memory_desc elementInOut =
        tensors
            .descriptors()
            .tensor(
                new long[] {key.out(), key.in(), KERNEL, KERNEL},
                new long[] {1, key.out(), KERNEL * plane, plane});
    this.weightsByElement =
        new Reorder(context, tensors.descriptors(), tensors.plainWeights(), elementInOut);
    this.ofWeights = matrix(filter.ofWeights());
    this.ofTurnedWeights = matrix(filter.ofTurnedWeights());
  }

  /** Whether the shape is one that this class can do, and does faster. */
  static boolean fits(ConvolutionKernels.Key key) {
    return !key.image()
        && key.window().isSquare(KERNEL, 1, KERNEL / 2)
        && Math.min(key.in(), key.out()) >= FEWEST_CHANNELS
        && MinimalFilter.fits(key.height(), key.width());
  }

  void forward(NativeBuffer source, NativeBuffer weights, NativeBuffer destination) {
    NativeBuffer byElement = weightsByElement.apply(context, PLAIN_WEIGHTS_SLOT, weights);
    long start = System.nanoTime();
    int plane = key.in() * key.out();
    NativeBuffer factors = floats(WEIGHTS_SLOT, (long) filter.elements() * plane);
    MatrixProduct.multiply(
        ofWeights.pointer(),
        byElement.pointer(),
        factors.pointer(),
        filter.elements(),
        plane,
        KERNEL * KERNEL);
    convolve(source, key.in(), factors, destination, key.out());
    context.times().addSince(Activity.CONVOLUTION_FORWARD, start);
  }

  void backwardData(NativeBuffer gradient, NativeBuffer weights, NativeBuffer sourceGradient) {
    long start = System.nanoTime();
    int plane = key.in() * key.out();
    NativeBuffer factors = floats(WEIGHTS_SLOT, (long) filter.elements() * plane);
    MatrixProduct.multiplyByTransposed(
        ofTurnedWeights.pointer(),
        weights.pointer(),
        factors.pointer(),
        filter.elements(),
        plane,
        KERNEL * KERNEL);
    convolve(gradient, key.out(), factors, sourceGradient, key.in());
    context.times().addSince(Activity.CONVOLUTION_BACKWARD_DATA, start);
  }

  void backwardWeights(NativeBuffer source, NativeBuffer gradient, NativeBuffer weightsGradient) {
    long start = System.nanoTime();
    int in = key.in();
    int out = key.out();
    NativeBuffer sources = floats(SOURCE_SLOT, (long) filter.elements() * atOnce * in);
    NativeBuffer gradients = floats(RESULT_SLOT, (long) filter.elements() * atOnce * out);
    NativeBuffer products = floats(WEIGHTS_SLOT, (long) filter.elements() * in * out);
    TileReader sourceTiles =
        new TileReader(source, in, filter.inputTile(), filter.shift(), SOURCE_IMAGE);
    TileReader gradientTiles = new TileReader(gradient, out, filter.outputTile(), 0, RESULT_IMAGE);
    for (int first = 0; first < tiles; first += atOnce) {
      int count = Math.min(atOnce, tiles - first);
      transform(sourceTiles, filter.ofSource(), first, count, sources);
      transform(gradientTiles, filter.ofGradient(), first, count, gradients);
      for (int element = 0; element < filter.elements(); element++) {
        MatrixProduct.multiplyTransposed(
            gradients.pointer((long) element * atOnce * out),
            sources.pointer((long) element * atOnce * in),
            first > 0,
            products.pointer((long) element * in * out),
            out,
            in,
            count);
      }
    }
    MatrixProduct.multiplyTransposed(
        products.pointer(),
        ofWeights.pointer(),
        false,
        weightsGradient.pointer(),
        (long) out * in,
        KERNEL * KERNEL,
        filter.elements());
    context.times().addSince(Activity.CONVOLUTION_BACKWARD_WEIGHTS, start);
  }

  /**
   * A convolution of some channels into others.
   *
   * @param factors transformed weights {@code (element, from, to)}
   */
  private void convolve(
      NativeBuffer source, int from, NativeBuffer factors, NativeBuffer destination, int to) {
    NativeBuffer sources = floats(SOURCE_SLOT, (long) filter.elements() * atOnce * from);
    NativeBuffer products = floats(RESULT_SLOT, (long) filter.elements() * atOnce * to);
    TileReader reader =
        new TileReader(source, from, filter.inputTile(), filter.shift(), SOURCE_IMAGE);
    TileWriter writer = new TileWriter(destination, to);
    for (int first = 0; first < tiles; first += atOnce) {
      int count = Math.min(atOnce, tiles - first);
      transform(reader, filter.ofSource(), first, count, sources);
      for (int element = 0; element < filter.elements(); element++) {
        MatrixProduct.multiply(
            sources.pointer((long) element * atOnce * from),
            factors.pointer((long) element * from * to),
            products.pointer((long) element * atOnce * to),
            count,
            to,
            from);
      }
      deliver(products, first, count, writer, to);
    }
    writer.finish();
  }

  private NativeBuffer matrix(TileTransform transform) {
    float[] values = transform.matrixOfBothSides();
    NativeBuffer matrix = context.buffers().acquireFloats(values.length);
    matrix.write(values, 0, values.length);
    return matrix;
  }

  /** Reads tiles and writes their transforms as {@code (element, tile, channel)}. */
  private void transform(
      TileReader reader, TileTransform transform, int first, int count, NativeBuffer target) {
    int channels = reader.channels;
    int chunk = Math.max(1, CHUNK / channels);
    float[][] in = context.arrays(INPUT_ARRAYS, transform.inputElements(), chunk * channels);
    float[][] inner = context.arrays(INNER_ARRAYS, transform.innerElements(), chunk * channels);
    float[][] out = context.arrays(OUTPUT_ARRAYS, transform.outputElements(), chunk * channels);
    for (int done = 0; done < count; done += chunk) {
      int now = Math.min(chunk, count - done);
      reader.read(first + done, now, in);
      transform.apply(in, inner, out, now * channels);
      for (int element = 0; element < filter.elements(); element++) {
        target.write(((long) element * atOnce + done) * channels, out[element], 0, now * channels);
      }
    }
  }

  /** Transforms products {@code (element, tile, channel)} back and writes the tiles. */
  private void deliver(
      NativeBuffer products, int first, int count, TileWriter writer, int channels) {
    int chunk = Math.max(1, CHUNK / channels);
    float[][] in = context.arrays(INPUT_ARRAYS, filter.elements(), chunk * channels);
    float[][] inner =
        context.arrays(INNER_ARRAYS, filter.toDestination().innerElements(), chunk * channels);
    float[][] out =
        context.arrays(OUTPUT_ARRAYS, filter.toDestination().outputElements(), chunk * channels);
    for (int done = 0; done < count; done += chunk) {
      int now = Math.min(chunk, count - done);
      for (int element = 0; element < filter.elements(); element++) {
        products.read(((long) element * atOnce + done) * channels, in[element], 0, now * channels);
      }
      filter.toDestination().apply(in, inner, out, now * channels);
      writer.write(first + done, now, out);
    }
  }

  private NativeBuffer floats(int slot, long count) {
    return context.staging(slot, count * Float.BYTES);
  }

  /** Takes tiles of a fixed size out of images, zeros where they reach beyond the border. */
  private final class TileReader {
    private final NativeBuffer images;
    private final int channels;
    private final int size;
    private final int shift;
    private final int imageSize;
    private final float[] image;
    private int imageNumber = -1;

    /**
     * @param images {@code (batch, height, width, channels)}
     * @param size rows and columns of a tile
     * @param shift of its first row and column against those of the outputs
     * @param imageArray where to keep the image at hand
     */
    TileReader(NativeBuffer images, int channels, int size, int shift, int imageArray) {
      this.images = images;
      this.channels = channels;
      this.size = size;
      this.shift = shift;
      this.imageSize = key.height() * key.width() * channels;
      this.image = context.arrays(imageArray, 1, imageSize)[0];
    }

    void read(int firstTile, int count, float[][] elements) {
      for (int i = 0; i < count; i++) {
        int tile = firstTile + i;
        load(tile / tilesOfImage);
        int firstRow = tile % tilesOfImage / tileColumns * filter.outputTile() + shift;
        int firstColumn = tile % tileColumns * filter.outputTile() + shift;
        for (int row = 0; row < size; row++) {
          for (int column = 0; column < size; column++) {
            read(firstRow + row, firstColumn + column, elements[row * size + column], i * channels);
          }
        }
      }
    }

    private void read(int row, int column, float[] target, int offset) {
      if (row >= 0 && row < key.height() && column >= 0 && column < key.width()) {
        System.arraycopy(image, (row * key.width() + column) * channels, target, offset, channels);
      } else {
        Arrays.fill(target, offset, offset + channels, 0);
      }
    }

    private void load(int number) {
      if (number != imageNumber) {
        images.read((long) number * imageSize, image, 0, imageSize);
        imageNumber = number;
      }
    }
  }

  /** Puts tiles of outputs together to images; what reaches beyond the border is dropped. */
  private final class TileWriter {
    private final NativeBuffer images;
    private final int channels;
    private final int imageSize;
    private final float[] image;
    private int imageNumber;

    TileWriter(NativeBuffer images, int channels) {
      this.images = images;
      this.channels = channels;
      this.imageSize = key.height() * key.width() * channels;
      this.image = context.arrays(RESULT_IMAGE, 1, imageSize)[0];
    }

    /** Tiles must come in their order. */
    void write(int firstTile, int count, float[][] elements) {
      for (int i = 0; i < count; i++) {
        int tile = firstTile + i;
        if (tile / tilesOfImage != imageNumber) {
          finish();
          imageNumber = tile / tilesOfImage;
        }
        int firstRow = tile % tilesOfImage / tileColumns * filter.outputTile();
        int firstColumn = tile % tileColumns * filter.outputTile();
        int rows = Math.min(filter.outputTile(), key.height() - firstRow);
        int columns = Math.min(filter.outputTile(), key.width() - firstColumn);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            int pixel = (firstRow + row) * key.width() + firstColumn + column;
            System.arraycopy(
                elements[row * filter.outputTile() + column],
                i * channels,
                image,
                pixel * channels,
                channels);
          }
        }
      }
    }

    /** Delivers the image at hand. */
    void finish() {
      images.write((long) imageNumber * imageSize, image, 0, imageSize);
    }
  }

  @Override
  public void close() {
    weightsByElement.close();
    context.buffers().release(ofWeights);
    context.buffers().release(ofTurnedWeights);
  }
}
