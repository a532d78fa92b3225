package io.coppice.image;

import java.util.Arrays;

/**
 * Scales one axis, of which a stretch of the result is wanted: what shrinks is averaged by area,
 * what grows is taken linearly between the centres of pixels. All in integers and rounded once, so
 * that every machine gets the same bits.
 */
final class Scaling {

  /** The longest axis, so that sums along one fit an int. */
  static final int LONGEST = 1 << 20;

  private final int[] first;
  private final int[][] weights;
  private final int total;

  /**
   * @param first for each output the first input
   * @param weights for each output the weights of the inputs from there on
   * @param total sum of the weights of an output
   */
  private Scaling(int[] first, int[][] weights, int total) {
    this.first = first;
    this.weights = weights;
    this.total = total;
  }

  /**
   * A scaling from one length to another.
   *
   * @param begin the first wanted output
   * @param count number of wanted outputs
   */
  static Scaling of(int from, int to, int begin, int count) {
    int[] first = new int[count];
    int[][] weights = new int[count][];
    for (int i = 0; i < count; i++) {
      if (to <= from) {
        average(from, to, begin + i, i, first, weights);
      } else {
        interpolate(from, to, begin + i, i, first, weights);
      }
    }
    return new Scaling(first, weights, to <= from ? from : 2 * to);
  }

  /** The same scaling of what lies further on along the axis. */
  Scaling from(int place) {
    return new Scaling(Arrays.stream(first).map(at -> at + place).toArray(), weights, total);
  }

  /** In units of 1/to of a pixel, an output covers from output * from to (output + 1) * from. */
  private static void average(
      int from, int to, int output, int place, int[] first, int[][] weights) {
    long begin = (long) output * from;
    long end = begin + from;
    int left = (int) (begin / to);
    int right = (int) ((end - 1) / to);
    int[] shares = new int[right - left + 1];
    for (int j = left; j <= right; j++) {
      long covered = Math.min(end, (j + 1L) * to) - Math.max(begin, (long) j * to);
      shares[j - left] = (int) covered;
    }
    first[place] = left;
    weights[place] = shares;
  }

  /** In units of 1/(2 to) of a pixel, the centre of an output lies at (2 output + 1) from - to. */
  private static void interpolate(
      int from, int to, int output, int place, int[] first, int[][] weights) {
    int unit = 2 * to;
    long centre = Math.max(0, Math.min((from - 1L) * unit, (2L * output + 1) * from - to));
    int beyond = (int) (centre % unit);
    first[place] = (int) (centre / unit);
    weights[place] = beyond == 0 ? new int[] {unit} : new int[] {unit - beyond, beyond};
  }

  /** Scales an image, whose columns are as long as it is high and rows as long as it is wide. */
  static DecodedImage apply(DecodedImage image, Scaling columns, Scaling rows) {
    int height = columns.first.length;
    int width = rows.first.length;
    byte[] result = new byte[image.channels() * height * width];
    int top = columns.first[0];
    int bottom = columns.first[height - 1] + columns.weights[height - 1].length;
    int[] narrowed = new int[(bottom - top) * width];
    long[] sums = new long[width];
    long total = (long) columns.total * rows.total;
    int next = 0;
    for (int channel = 0; channel < image.channels(); channel++) {
      rows.narrow(image, channel, top, bottom, narrowed);
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, total / 2);
        int[] shares = columns.weights[y];
        for (int j = 0; j < shares.length; j++) {
          int from = (columns.first[y] + j - top) * width;
          long share = shares[j];
          for (int x = 0; x < width; x++) {
            sums[x] += share * narrowed[from + x];
          }
        }
        for (int x = 0; x < width; x++) {
          result[next++] = (byte) (sums[x] / total);
        }
      }
    }
    return new DecodedImage(image.channels(), height, width, result);
  }

  /** Some rows of a channel with this scaling along them, times the sum of the weights. */
  private void narrow(DecodedImage image, int channel, int top, int bottom, int[] target) {
    byte[] pixels = image.pixels();
    int next = 0;
    for (int y = top; y < bottom; y++) {
      int row = (channel * image.height() + y) * image.width();
      for (int x = 0; x < first.length; x++) {
        int from = row + first[x];
        int[] shares = weights[x];
        int sum = 0;
        for (int j = 0; j < shares.length; j++) {
          sum += shares[j] * (pixels[from + j] & 0xff);
        }
        target[next++] = sum;
      }
    }
  }
}
