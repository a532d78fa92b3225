package io.coppice.shards;

import io.coppice.data.Normalisation;
import io.coppice.network.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What a run's images came to when all were read.
 *
 * @param source where they came from
 * @param shape of every image
 * @param classes names of the classes, in the order of their labels
 * @param train images to learn from, those held back among them
 * @param test images to measure the result by
 * @param normalisation by the pixels of all training images
 */
public record DataSummary(
    String source,
    Shape shape,
    List<String> classes,
    ImagesSummary train,
    ImagesSummary test,
    Normalisation normalisation) {

  public DataSummary {
    classes = List.copyOf(classes);
  }

  /**
   * What is known of images that were not read: as many of every class, of any brightness, kept as
   * pixels.
   *
   * @param trainImages images to learn from
   */
  public static DataSummary notRead(
      String source, Shape shape, List<String> classes, long trainImages) {
    float[] mean = new float[shape.channels()];
    float[] deviation = new float[shape.channels()];
    Arrays.fill(mean, 127.5f);
    Arrays.fill(deviation, 73.9f);
    return new DataSummary(
        source,
        shape,
        classes,
        notRead(trainImages, shape, classes.size()),
        notRead(0, shape, classes.size()),
        new Normalisation(mean, deviation));
  }

  private static ImagesSummary notRead(long images, Shape shape, int classes) {
    return new ImagesSummary(
        images, Collections.nCopies(classes, images / classes), "", 0, images * shape.size());
  }

  /** Number of images that a share of the training images comes to. */
  public long heldBack(double share) {
    return Math.round(share * train.images());
  }

  /** Images of the smallest shard. */
  public long smallestShard(double heldBackShare, int shards) {
    return (train.images() - heldBack(heldBackShare)) / shards;
  }
}
