package io.coppice.network;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * The extent of one image's tensor: {@code (channels, height, width)}.
 *
 * @param channels number of channels, at least 1
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record Shape(int channels, int height, int width) implements Serializable {

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,5}x){2}[1-9][0-9]{0,5}");

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

  /**
   * The shape that a text such as {@code 3x32x32} says.
   *
   * @throws InvalidNetworkException if it says none
   */
  public static Shape parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new InvalidNetworkException(
          "expected channels, rows and columns of an image such as 3x32x32, found " + text);
    }
    String[] sides = text.split("x", -1);
    return new Shape(
        Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
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
