package io.coppice.model;

import io.coppice.data.ImageSet;
import java.util.BitSet;

/**
 * How two models do on the same labelled images, image by image.
 *
 * @param first how the first one does
 * @param second how the second one does
 * @param onlyFirst images that the first one alone classifies right
 * @param onlySecond images that the second one alone classifies right
 */
public record ModelComparison(
    ModelEvaluation first, ModelEvaluation second, long onlyFirst, long onlySecond) {

  /**
   * Compares two models.
   *
   * @throws io.coppice.data.InvalidDataException if the images do not fit one of them, or there are
   *     none
   */
  public static ModelComparison of(Predictor first, Predictor second, ImageSet images) {
    BitSet firstRight = new BitSet();
    BitSet secondRight = new BitSet();
    ModelEvaluation ofFirst = first.evaluate(images, firstRight);
    ModelEvaluation ofSecond = second.evaluate(images, secondRight);
    BitSet both = (BitSet) firstRight.clone();
    both.and(secondRight);
    return new ModelComparison(
        ofFirst,
        ofSecond,
        firstRight.cardinality() - both.cardinality(),
        secondRight.cardinality() - both.cardinality());
  }

  /** On this one's images and on others. */
  public ModelComparison plus(ModelComparison others) {
    return new ModelComparison(
        first.plus(others.first),
        second.plus(others.second),
        onlyFirst + others.onlyFirst,
        onlySecond + others.onlySecond);
  }

  /** Number of images. */
  public long images() {
    return first.images();
  }

  /** Images that both classify right. */
  public long bothRight() {
    return first.confusion().correct() - onlyFirst;
  }

  /** Images that neither classifies right. */
  public long neither() {
    return images() - bothRight() - onlyFirst - onlySecond;
  }
}
