package io.coppice.data;

/**
 * Brings every channel's pixels (0 to 255) to mean 0 and variance 1: (pixel - mean) / deviation.
 *
 * @param mean of each channel
 * @param deviation of each channel; 1 where the channel is constant
 */
public record Normalisation(float[] mean, float[] deviation) {

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

  float apply(int channel, int pixel) {
    return (pixel - mean[channel]) / deviation[channel];
  }
}
