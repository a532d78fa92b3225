package io.coppice.source;

import io.coppice.network.Shape;
import java.util.List;
import org.apache.spark.rdd.RDD;

/**
 * Images that executors read. Order and partitions of the two sets are of no consequence.
 *
 * @param shape of every image
 * @param classes names of the classes, in the order of their labels; empty: numbers, as many as one
 *     more than the largest label of the training images
 * @param train images to learn from
 * @param test images that are looked at only to report accuracy
 */
public record SourceImages(
    Shape shape, List<String> classes, RDD<SourceImage> train, RDD<SourceImage> test) {

  public SourceImages {
    classes = List.copyOf(classes);
  }
}
