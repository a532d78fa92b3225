package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.image.DecodedImage;
import io.coppice.image.ImageDecoder;
import io.coppice.image.InvalidImageException;
import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Encoded;
import io.coppice.source.StoredImage.Picture;

/** Makes images of one shape of those of any. Not thread-safe. */
final class EncodedImages implements AutoCloseable {

  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageSettings settings;
  private final Shape shape;

  EncodedImages(ImageSettings settings, Shape shape) {
    this.settings = settings;
    this.shape = shape;
  }

  /**
   * One image.
   *
   * @param where it lies, for messages
   * @param picture its file becomes a part of the result where it is to be kept
   * @throws InvalidDataException if it is an image, but of another size, and sizes are to be left
   */
  SourceImage read(String where, int label, Picture picture) {
    try {
      DecodedImage image = settings.fit().apply(picture.decoded(decoder));
      requireShape(where, settings.shapeOf(image), shape);
      return picture instanceof Encoded file && settings.keepsEncoded(file.content(), shape)
          ? new SourceImage.Readable(label, image.pixels(), file.content())
          : new SourceImage.Readable(label, image.pixels());
    } catch (InvalidImageException e) {
      return new SourceImage.Unreadable(where + ": " + e.getMessage());
    }
  }

  /** Refuses an image of another shape than the others. */
  static void requireShape(String where, Shape found, Shape expected) {
    if (!found.equals(expected)) {
      throw new InvalidDataException(
          where
              + ": expected an image of "
              + expected
              + " as the first one, found "
              + found
              + "; data.size brings all images to one size");
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
