package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.image.ImageDecoder;
import io.coppice.image.InvalidImageException;
import io.coppice.network.Shape;
import io.coppice.source.StoredImage.Picture;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the first image that can be read, which tells the shape of all where no size is set;
 * gives up after some that cannot. Not thread-safe.
 */
final class FirstImage implements AutoCloseable {

  private static final int MOST_TRIED = 100;

  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageSettings settings;
  private int tried;
  private String problem = "";

  FirstImage(ImageSettings settings) {
    this.settings = settings;
  }

  /** Whether another image is to be tried, as none could be read. */
  boolean isSought() {
    return tried < MOST_TRIED;
  }

  /**
   * The shape of an image as it is learned from; null if it cannot be read.
   *
   * @param where it lies, for messages
   */
  @Nullable Shape shape(String where, Picture picture) {
    tried++;
    try {
      return settings.shapeOf(picture.decoded(decoder));
    } catch (InvalidImageException e) {
      problem = problem.isEmpty() ? where + ": " + e.getMessage() : problem;
      return null;
    }
  }

  /** What was wrong with the first image; empty if there was none. */
  String problem() {
    return problem;
  }

  /**
   * Why no shape is known.
   *
   * @param source of the images
   * @param problem of the first one; empty if there was none
   */
  static InvalidDataException notFound(String source, String problem) {
    return new InvalidDataException(
        problem.isEmpty()
            ? source + ": expected training images, found none"
            : problem
                + "\nnone of the first images can be read, so that their size is not known; data.size sets one");
  }

  @Override
  public void close() {
    decoder.close();
  }
}
