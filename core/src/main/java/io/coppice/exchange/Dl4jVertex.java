package io.coppice.exchange;

import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer or vertex of a Deeplearning4j network at its place.
 *
 * @param name unique name
 * @param inputs names of what it reads
 * @param view how it first reshapes what it reads; null where it takes it as it is
 * @param layer what it computes
 */
record Dl4jVertex(String name, List<String> inputs, @Nullable View view, Dl4jLayer layer) {

  Dl4jVertex {
    inputs = List.copyOf(inputs);
  }

  /**
   * Reading a tensor as flat values, or flat values as a tensor.
   *
   * @param flat whether the values are flat afterwards
   * @param channels channels of the tensor; 0 with the other two where they are as found
   * @param height its rows
   * @param width its columns
   */
  record View(boolean flat, int channels, int height, int width) {

    /**
     * Refuses to read another tensor than it is for.
     *
     * @throws InvalidNetworkException if the shape is another one
     */
    void requireFits(Shape found) {
      boolean same =
          channels == found.channels() && height == found.height() && width == found.width();
      if (!same && !isOpen()) {
        throw new InvalidNetworkException(
            "its preprocessor expects "
                + channels
                + "x"
                + height
                + "x"
                + width
                + ", found "
                + found
                + " (channels, rows, columns); are the images of another size?");
      }
    }

    private boolean isOpen() {
      return channels == 0 && height == 0 && width == 0;
    }
  }
}
