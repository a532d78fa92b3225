package io.coppice.source;

import io.coppice.data.Normalisation;
import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

/**
 * Images that executors read. Order and partitions of the two sets are of no consequence.
 *
 * @param shape of every image
 * @param classes names of the classes, in the order of their labels; empty: numbers, as many as one
 *     more than the largest label of the training images
 * @param train images to learn from
 * @param test images that are looked at only to report accuracy; null: there are none
 * @param fit what brings decoded image files to the shape; null: all images are kept as pixels
 * @param normalisation of the pixels; null: by those of all training images
 */
public record SourceImages(
    Shape shape,
    List<String> classes,
    RDD<SourceImage> train,
    @Nullable RDD<SourceImage> test,
    @Nullable ImageFit fit,
    @Nullable Normalisation normalisation) {

  public SourceImages {
    classes = List.copyOf(classes);
  }

  /** Images that are normalised by themselves. */
  public SourceImages(
      Shape shape,
      List<String> classes,
      RDD<SourceImage> train,
      @Nullable RDD<SourceImage> test,
      @Nullable ImageFit fit) {
    this(shape, classes, train, test, fit, null);
  }

  /** The same, kept as pixels. */
  public SourceImages(
      Shape shape, List<String> classes, RDD<SourceImage> train, @Nullable RDD<SourceImage> test) {
    this(shape, classes, train, test, null);
  }
}
