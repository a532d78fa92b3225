package io.coppice.shards;

import io.coppice.data.Normalisation;
import io.coppice.network.Shape;
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

  /** Number of images that a share of the training images comes to. */
  public long heldBack(double share) {
    return Math.round(share * train.images());
  }

  /** Images of the smallest shard. */
  public long smallestShard(double heldBackShare, int shards) {
    return (train.images() - heldBack(heldBackShare)) / shards;
  }
}
