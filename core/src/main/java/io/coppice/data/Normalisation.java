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

  /** Mean and deviation of the given images. */
  public static Normalisation of(ImageSet images) {
    int area = images.height() * images.width();
    float[] mean = new float[images.channels()];
    float[] deviation = new float[images.channels()];
    for (int channel = 0; channel < images.channels(); channel++) {
      long sum = 0;
      long squares = 0;
      for (int image = 0; image < images.size(); image++) {
        for (int position = 0; position < area; position++) {
          int pixel = images.pixel(image, channel * area + position);
          sum += pixel;
          squares += (long) pixel * pixel;
        }
      }
      double count = (double) images.size() * area;
      double average = sum / count;
      double variance = Math.max(0, squares / count - average * average);
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
