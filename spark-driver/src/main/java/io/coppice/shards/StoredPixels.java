package io.coppice.shards;

import io.coppice.data.ImagePart;
import io.coppice.data.ImagePixels;
import io.coppice.image.DecodedImage;
import io.coppice.image.ImageDecoder;
import io.coppice.image.ImageFit;
import io.coppice.image.InvalidImageException;
import io.coppice.network.Shape;
import java.util.BitSet;

/**
 * Pixels of images that are kept as they are, or as image files, which are decoded whenever they
 * are read.
 */
final class StoredPixels implements ImagePixels {

  private final RecordBlocks contents;
  private final BitSet encoded;
  private final ImageFit fit;
  private final Shape shape;
  private final DecoderPool decoders;

  /**
   * @param contents pixels and image files
   * @param encoded which of them are image files
   * @param fit what brings decoded ones to their shape
   * @param shape of all images
   */
  StoredPixels(
      RecordBlocks contents, BitSet encoded, ImageFit fit, Shape shape, DecoderPool decoders) {
    this.contents = contents;
    this.encoded = encoded;
    this.fit = fit;
    this.shape = shape;
    this.decoders = decoders;
  }

  @Override
  public void read(int image, byte[] target) {
    if (encoded.get(image)) {
      decode(image, fit::apply, target);
    } else {
      contents.read(image, target);
    }
  }

  @Override
  public boolean readPart(int image, PartChoice choice, byte[] target) {
    if (!encoded.get(image)) {
      return false;
    }
    decode(
        image,
        whole -> {
          ImagePart part = choice.of(whole.height(), whole.width());
          return fit.part(
              whole,
              part.top(),
              part.left(),
              part.height(),
              part.width(),
              shape.height(),
              shape.width());
        },
        target);
    return true;
  }

  /** What becomes of a decoded image. */
  private interface Fitting {
    DecodedImage apply(DecodedImage image) throws InvalidImageException;
  }

  private void decode(int image, Fitting fitting, byte[] target) {
    byte[] file = new byte[contents.length(image)];
    contents.read(image, file);
    ImageDecoder decoder = decoders.take();
    try {
      byte[] pixels = fitting.apply(decoder.decode(file)).pixels();
      System.arraycopy(pixels, 0, target, 0, target.length);
    } catch (InvalidImageException e) {
      throw new IllegalStateException(
          "an image that was read when the run began cannot be decoded any more: " + e.getMessage(),
          e);
    } finally {
      decoders.giveBack(decoder);
    }
  }
}
