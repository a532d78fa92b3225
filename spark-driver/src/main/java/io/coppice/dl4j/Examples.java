package io.coppice.dl4j;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The examples of a minibatch, checked.
 *
 * @param shape of the features of each
 * @param classes number of classes that labels tell apart
 * @param features {@code (examples, channels, rows, columns)}, finite
 * @param labels number of each one's class
 */
@SuppressWarnings("ArrayRecordComponent") // goes from a minibatch to its reader
record Examples(Shape shape, int classes, float[] features, int[] labels) {

  private static final int IMAGES_RANK = 4;
  private static final float TOLERANCE = 1e-6f;

  /**
   * Checks a minibatch.
   *
   * @param flattened shape of flattened features; null where the network does not take such
   * @param where it lies, for messages
   * @throws InvalidDataException if it is nothing that can be learned from as it is
   */
  static Examples of(Minibatch minibatch, @Nullable Shape flattened, String where) {
    INDArray features = minibatch.features();
    INDArray labels = minibatch.labels();
    if (features == null) {
      throw new InvalidDataException(where + ": expected features, found none");
    }
    if (labels == null) {
      throw new InvalidDataException(
          where + ": expected labels, found none; leave out what has no class");
    }
    if (!minibatch.others().isEmpty()) {
      throw new InvalidDataException(
          where
              + ": expected one array of features and one of labels, found "
              + minibatch.others());
    }
    if (minibatch.masked()) {
      throw new InvalidDataException(
          where
              + ": expected no masks, found some; every value of an image and every label counts, so remove the"
              + " masks, or the examples that they hide");
    }
    Shape shape = shape(features, flattened, where);
    if (labels.rank() != 2 || labels.size(0) != features.size(0)) {
      throw new InvalidDataException(
          where
              + ": expected labels of shape ("
              + features.size(0)
              + ", classes), found "
              + Arrays.toString(labels.shape()));
    }
    float[] values = floats(features);
    requireFinite(values, shape, where);
    return new Examples(shape, Math.toIntExact(labels.size(1)), values, classesOf(labels, where));
  }

  private static Shape shape(INDArray features, @Nullable Shape flattened, String where) {
    if (features.rank() == IMAGES_RANK) {
      return new Shape((int) features.size(1), (int) features.size(2), (int) features.size(3));
    }
    if (flattened != null && features.rank() == 2 && features.size(1) == flattened.size()) {
      return flattened;
    }
    throw new InvalidDataException(
        where
            + ": expected features of shape (examples, channels, rows, columns)"
            + (flattened == null ? "" : " or (examples, " + flattened.size() + ")")
            + ", found "
            + Arrays.toString(features.shape())
            + (flattened == null && features.rank() == 2
                ? "; a network for flattened images has InputType.convolutionalFlat(rows, columns, channels)"
                : ""));
  }

  private static float[] floats(INDArray array) {
    return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private static void requireFinite(float[] values, Shape shape, String where) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        int place = i % shape.size();
        throw new InvalidDataException(
            where
                + ", example "
                + i / shape.size()
                + ": expected finite features, found "
                + values[i]
                + " in channel "
                + place / shape.area()
                + ", row "
                + place % shape.area() / shape.width()
                + ", column "
                + place % shape.width());
      }
    }
  }

  private static int[] classesOf(INDArray labels, String where) {
    float[] values = floats(labels);
    int classes = Math.toIntExact(labels.size(1));
    int[] numbers = new int[Math.toIntExact(labels.size(0))];
    for (int example = 0; example < numbers.length; example++) {
      float[] row = Arrays.copyOfRange(values, example * classes, (example + 1) * classes);
      numbers[example] = oneHot(row);
      if (numbers[example] < 0) {
        throw new InvalidDataException(
            where
                + ", example "
                + example
                + ": expected one class, as a 1 among zeros, found "
                + Arrays.toString(row));
      }
    }
    return numbers;
  }

  /** The place of the only 1 among zeros; -1 if it is anything else. */
  private static int oneHot(float[] row) {
    int found = -1;
    for (int i = 0; i < row.length; i++) {
      boolean one = Math.abs(row[i] - 1) <= TOLERANCE;
      if (!(one || Math.abs(row[i]) <= TOLERANCE) || one && found >= 0) {
        return -1;
      }
      found = one ? i : found;
    }
    return found;
  }
}
