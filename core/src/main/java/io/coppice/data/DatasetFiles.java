package io.coppice.data;

import java.util.List;

/**
 * A data set as it lies in files, before any image is read.
 *
 * @param channels of every image
 * @param height of every image
 * @param width of every image
 * @param classes number of classes; 0: one more than the largest label of the training images
 * @param train parts with the training images
 * @param test parts with the test images
 */
public record DatasetFiles(
    int channels, int height, int width, int classes, List<FilePart> train, List<FilePart> test) {

  public DatasetFiles {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }
}
