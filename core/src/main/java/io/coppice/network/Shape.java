package io.coppice.network;

import java.io.Serializable;

/**
 * The extent of one image's tensor: {@code (channels, height, width)}.
 *
 * @param channels number of channels, at least 1
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record Shape(int channels, int height, int width) implements Serializable {

  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new InvalidNetworkException(
          "a shape needs at least 1 channel, row and column, found "
              + channels
              + "x"
              + height
              + "x"
              + width);
    }
    if ((double) channels * height * width > Integer.MAX_VALUE) {
      throw new InvalidNetworkException(
          "a tensor of one image has at most "
              + Integer.MAX_VALUE
              + " values, found "
              + channels
              + "x"
              + height
              + "x"
              + width);
    }
  }

  /** Number of values in the tensor of one image. */
  public int size() {
    return channels * height * width;
  }

  /** Number of positions of one channel. */
  public int area() {
    return height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
