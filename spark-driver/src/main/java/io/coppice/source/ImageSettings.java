package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.image.DecodedImage;
import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import java.io.Serializable;

/**
 * What becomes of every image of a folder or a table.
 *
 * @param channels 1 or 3
 * @param resize pixels of the shorter side before the middle is cut out; 0: as many as the side
 * @param side rows and columns; 0: as the images are, all alike
 */
record ImageSettings(int channels, int resize, int side) implements Serializable {

  static ImageSettings of(DataConfig config) {
    return new ImageSettings(config.channels(), config.resize(), config.size());
  }

  ImageFit fit() {
    return new ImageFit(channels, resize == 0 ? side : resize, side);
  }

  /** The shape of all images, where one of them has become this. */
  Shape shapeOf(DecodedImage image) {
    return new Shape(channels, image.height(), image.width());
  }
}
