package io.coppice.data;

/**
 * Training and test images of one shape and one set of classes.
 *
 * @param train images to learn from
 * @param test images that are looked at only to report accuracy
 */
public record Dataset(ImageSet train, ImageSet test) {

  public Dataset {
    String trainShape = train.channels() + "x" + train.height() + "x" + train.width();
    String testShape = test.channels() + "x" + test.height() + "x" + test.width();
    if (!trainShape.equals(testShape)) {
      throw new InvalidDataException(
          "the training images are " + trainShape + " but the test images are " + testShape);
    }
  }
}
