package io.coppice.shards;

import java.util.List;

/**
 * What a set of images came to when all were read.
 *
 * @param images number of images
 * @param ofClass number of each class
 * @param fingerprint hash of the images with their labels, in whatever order they were
 * @param unreadable images that were passed over
 * @param keptBytes what they take on executors, as pixels or as image files
 */
public record ImagesSummary(
    long images, List<Long> ofClass, String fingerprint, long unreadable, long keptBytes) {

  public ImagesSummary {
    ofClass = List.copyOf(ofClass);
  }
}
