package io.coppice.image;

import java.io.Serializable;

/**
 * How images of any size become images of one: scaled until the shorter side has a given length,
 * averaging by area where that shrinks them, and cut to a square in the middle. Grey is made of
 * colours, and colours of grey, as {@link DecodedImage#withChannels} does.
 *
 * @param channels 1 or 3
 * @param shorterSide pixels of the shorter side before the cut, at least {@code side}; the longer
 *     side keeps the proportions, rounded
 * @param side rows and columns of the result; 0, and no shorter side, to leave sizes as they are
 */
public record ImageFit(int channels, int shorterSide, int side) implements Serializable {

  public ImageFit {
    if (channels != 1 && channels != DecodedImage.COLOURS) {
      throw new IllegalArgumentException("images have 1 or 3 channels, not " + channels);
    }
    if (side < 0 || shorterSide < side || side == 0 && shorterSide != 0) {
      throw new IllegalArgumentException(
          "a shorter side of " + shorterSide + " does not cover a square of " + side);
    }
  }

  /**
   * An image as it is to be learned from.
   *
   * @throws InvalidImageException if it is so much longer than wide that it cannot be scaled
   */
  public DecodedImage apply(DecodedImage image) throws InvalidImageException {
    DecodedImage thin = image.channels() > channels ? image.withChannels(channels) : image;
    boolean fits = image.height() == side && image.width() == side && shorterSide == side;
    DecodedImage fitted = side == 0 || fits ? thin : scaled(thin);
    return fitted.withChannels(channels);
  }

  /**
   * A part of an image, scaled to a size: averaged by area along an axis that shrinks, linear
   * between the centres of pixels along one that grows. Only the channels are as for the whole.
   *
   * @param top first row of the part
   * @param left first column of the part
   * @param partHeight rows of the part
   * @param partWidth columns of the part
   * @param height rows of the result
   * @param width columns of the result
   */
  public DecodedImage part(
      DecodedImage image, int top, int left, int partHeight, int partWidth, int height, int width) {
    DecodedImage thin = image.channels() > channels ? image.withChannels(channels) : image;
    return Scaling.apply(
            thin,
            Scaling.of(partHeight, height, 0, height).from(top),
            Scaling.of(partWidth, width, 0, width).from(left))
        .withChannels(channels);
  }

  private DecodedImage scaled(DecodedImage image) throws InvalidImageException {
    int shorter = Math.min(image.height(), image.width());
    long height = length(image.height(), shorter);
    long width = length(image.width(), shorter);
    if (Math.max(height, width) > Scaling.LONGEST
        || Math.max(image.height(), image.width()) > Scaling.LONGEST) {
      throw new InvalidImageException(
          "the image has "
              + image.height()
              + " rows of "
              + image.width()
              + ": one side is too much longer than the other for a square of "
              + side);
    }
    return Scaling.apply(
        image, middle(image.height(), (int) height), middle(image.width(), (int) width));
  }

  private long length(int length, int shorter) {
    return (2L * length * shorterSide + shorter) / (2L * shorter);
  }

  private Scaling middle(int from, int to) {
    return Scaling.of(from, to, (to - side) / 2, side);
  }
}
