package io.coppice.shards;

import io.coppice.data.ImagePixels;
import io.coppice.image.ImageDecoder;
import io.coppice.image.ImageFit;
import io.coppice.image.InvalidImageException;
import java.util.BitSet;

/**
 * Pixels of images that are kept as they are, or as image files, which are decoded whenever they
 * are read.
 */
final class StoredPixels implements ImagePixels {

  private final RecordBlocks contents;
  private final BitSet encoded;
  private final ImageFit fit;
  private final DecoderPool decoders;

  /**
   * @param contents pixels and image files
   * @param encoded which of them are image files
   * @param fit what brings decoded ones to their shape
   */
  StoredPixels(RecordBlocks contents, BitSet encoded, ImageFit fit, DecoderPool decoders) {
    this.contents = contents;
    this.encoded = encoded;
    this.fit = fit;
    this.decoders = decoders;
  }

  @Override
  public void read(int image, byte[] target) {
    if (!encoded.get(image)) {
      contents.read(image, target);
      return;
    }
    byte[] file = new byte[contents.length(image)];
    contents.read(image, file);
    ImageDecoder decoder = decoders.take();
    try {
      byte[] pixels = fit.apply(decoder.decode(file)).pixels();
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
