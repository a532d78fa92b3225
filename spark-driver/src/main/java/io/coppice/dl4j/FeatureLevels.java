package io.coppice.dl4j;

import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How features become pixels: of each channel 256 evenly spaced levels, the first of which is the
 * least value. The normalisation of these pixels gives the features back, each to half of the
 * distance between levels.
 *
 * @param least value of each channel
 * @param step from each of its levels to the next, greater than 0
 */
@SuppressWarnings("ArrayRecordComponent") // is compared by nobody
record FeatureLevels(double[] least, double[] step) implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int LAST = 255;

  /** By how much of a step a value that counts as lying on a level may be off it. */
  private static final double EXACT = 1e-3;

  /** Levels between two numbers, of each channel. */
  static FeatureLevels between(double[] least, double[] largest) {
    double[] step = new double[least.length];
    for (int channel = 0; channel < step.length; channel++) {
      step[channel] = (largest[channel] - least[channel]) / LAST;
    }
    return new FeatureLevels(least.clone(), step);
  }

  /**
   * Levels from the least to the largest value of each channel. If there is a distance with which
   * every value lies on one of at most 256 levels, as with pixels that were scaled, it is that one.
   */
  static FeatureLevels of(List<ChannelValues> channels) {
    double[] least = new double[channels.size()];
    double[] step = new double[channels.size()];
    for (int channel = 0; channel < step.length; channel++) {
      least[channel] = channels.get(channel).least();
      step[channel] = step(channels.get(channel));
    }
    return new FeatureLevels(least, step);
  }

  private static double step(ChannelValues values) {
    double range = (double) values.largest() - values.least();
    if (range == 0) {
      return 1;
    }
    float[] all = values.few().sorted();
    for (int steps = LAST; steps >= all.length - 1 && all.length > 0; steps--) {
      if (largestDistance(all, values.least(), range / steps) <= EXACT) {
        return range / steps;
      }
    }
    return range / LAST;
  }

  /** The largest distance of a value from the nearest level, in steps. */
  private static double largestDistance(float[] values, double least, double step) {
    double largest = 0;
    for (float value : values) {
      double level = (value - least) / step;
      largest = Math.max(largest, Math.abs(level - Math.rint(level)));
    }
    return largest;
  }

  int channels() {
    return least.length;
  }

  /** The level nearest to a value of a channel, as an unsigned byte. */
  byte level(int channel, float value) {
    double level = Math.rint((value - least[channel]) / step[channel]);
    return (byte) (int) Math.max(0, Math.min(LAST, level));
  }

  /** The way back: (pixel - mean) / deviation is the feature. */
  Normalisation normalisation() {
    float[] mean = new float[channels()];
    float[] deviation = new float[channels()];
    for (int channel = 0; channel < mean.length; channel++) {
      mean[channel] = (float) (-least[channel] / step[channel]);
      deviation[channel] = (float) (1 / step[channel]);
    }
    return new Normalisation(mean, deviation);
  }

  /**
   * What a person should know of the values of some data: where they lie between levels, by how
   * much they are rounded at most.
   *
   * @throws InvalidDataException if a value lies beyond the levels
   */
  List<String> cautions(List<ChannelValues> channels) {
    List<String> cautions = new ArrayList<>();
    for (int channel = 0; channel < channels(); channel++) {
      ChannelValues values = channels.get(channel);
      requireWithin(channel, values);
      float[] all = values.few().sorted();
      double distance =
          values.few().areMany() ? 0.5 : largestDistance(all, least[channel], step[channel]);
      if (distance > EXACT) {
        cautions.add(
            "features of channel "
                + channel
                + " are kept in 256 levels from "
                + (float) least[channel]
                + " to "
                + (float) last(channel)
                + ": they are rounded by up to "
                + (float) (distance * step[channel]));
      }
    }
    return cautions;
  }

  private double last(int channel) {
    return least[channel] + LAST * step[channel];
  }

  private void requireWithin(int channel, ChannelValues values) {
    double slack = 0.5 * step[channel];
    if (values.least() < least[channel] - slack || values.largest() > last(channel) + slack) {
      throw new InvalidDataException(
          "the data to fit: expected features of channel "
              + channel
              + " from "
              + (float) least[channel]
              + " to "
              + (float) last(channel)
              + ", as they were given or as the first fit found them, found "
              + values.least()
              + " to "
              + values.largest()
              + "; say what may come by range(least, largest)");
    }
  }
}
