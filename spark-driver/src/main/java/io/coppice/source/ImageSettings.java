package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Store;
import io.coppice.image.DecodedImage;
import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import java.io.Serializable;
import java.util.Optional;

/**
 * What becomes of every image of a folder or a table.
 *
 * @param channels 1 or 3
 * @param resize pixels of the shorter side before the middle is cut out; 0: as many as the side
 * @param side rows and columns; 0: as the images are, all alike
 * @param store how executors are to keep it
 */
record ImageSettings(int channels, int resize, int side, Store store) implements Serializable {

  /** Positions of the largest images that are kept as pixels unless that is said. */
  private static final int SMALL_AREA = 64 * 64;

  /** How many times as long as the file pixels must be to make decoding worth its time. */
  private static final int WORTH_DECODING = 2;

  static ImageSettings of(DataConfig config) {
    return new ImageSettings(
        config.channels(),
        config.resize(),
        config.size(),
        config.cropOriginal() ? Store.ENCODED : config.store());
  }

  ImageFit fit() {
    return new ImageFit(channels, resize == 0 ? side : resize, side);
  }

  /** Whether a file is kept as it is, instead of the pixels that it becomes. */
  boolean keepsEncoded(byte[] file, Shape shape) {
    return switch (store) {
      case PIXELS -> false;
      case ENCODED -> true;
      case AUTO -> shape.area() > SMALL_AREA && (long) WORTH_DECODING * file.length <= shape.size();
    };
  }

  /** The shape of all images, if a size is set. */
  Optional<Shape> givenShape() {
    return side > 0 ? Optional.of(new Shape(channels, side, side)) : Optional.empty();
  }

  /** The shape of all images, where one of them has become this. */
  Shape shapeOf(DecodedImage image) {
    return new Shape(channels, image.height(), image.width());
  }
}
