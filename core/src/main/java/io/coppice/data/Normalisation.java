package io.coppice.data;

import java.util.Arrays;

/**
 * Brings every channel's pixels (0 to 255) to mean 0 and variance 1: (pixel - mean) / deviation.
 *
 * @param mean of each channel
 * @param deviation of each channel; 1 where the channel is constant
 */
public record Normalisation(float[] mean, float[] deviation) {

  public Normalisation {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "expected a mean and a deviation for every channel, found "
              + mean.length
              + " and "
              + deviation.length);
    }
    mean = mean.clone();
    deviation = deviation.clone();
    for (int channel = 0; channel < mean.length; channel++) {
      if (!Float.isFinite(mean[channel])
          || !Float.isFinite(deviation[channel])
          || deviation[channel] <= 0) {
        throw new IllegalArgumentException(
            "expected a finite mean and a deviation greater than 0 of channel "
                + channel
                + ", found "
                + mean[channel]
                + " and "
                + deviation[channel]);
      }
    }
  }

  /**
   * The normalisation by some pixels' sums.
   *
   * @param count pixels of each channel
   * @param sums of each channel's pixels
   * @param squares sums of their squares
   */
  public static Normalisation of(long count, long[] sums, long[] squares) {
    float[] mean = new float[sums.length];
    float[] deviation = new float[sums.length];
    for (int channel = 0; channel < sums.length; channel++) {
      double average = sums[channel] / (double) count;
      double variance = Math.max(0, squares[channel] / (double) count - average * average);
      mean[channel] = (float) average;
      deviation[channel] = variance == 0 ? 1 : (float) Math.sqrt(variance);
    }
    return new Normalisation(mean, deviation);
  }

  /** Number of channels. */
  public int channels() {
    return mean.length;
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] deviation() {
    return deviation.clone();
  }

  /** The normalised value of a channel's pixel. */
  public float apply(int channel, float pixel) {
    return (pixel - mean[channel]) / deviation[channel];
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Normalisation other
        && Arrays.equals(mean, other.mean)
        && Arrays.equals(deviation, other.deviation);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
  }

  @Override
  public String toString() {
    return "Normalisation[mean="
        + Arrays.toString(mean)
        + ", deviation="
        + Arrays.toString(deviation)
        + "]";
  }
}
