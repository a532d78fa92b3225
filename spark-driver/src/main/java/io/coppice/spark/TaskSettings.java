package io.coppice.spark;

import io.coppice.data.Augmentation;
import io.coppice.data.Normalisation;
import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.io.Serializable;

/**
 * What a task needs to know of its run besides the round at hand; travels with every task.
 *
 * @param runId distinguishes the runs that one executor sees
 * @param networkName name in the catalogue
 * @param width factor on all channel counts
 * @param channels of an image
 * @param height rows of an image
 * @param imageWidth columns of an image
 * @param classes number of classes
 * @param shardBatch images a step and shard
 * @param pixelMean mean of each channel of the training pixels
 * @param pixelDeviation standard deviation of each channel
 * @param crop whether to shift training images at random
 * @param flip whether to mirror training images at random
 * @param seed of the run
 * @param threads that each task may use
 */
record TaskSettings(
    String runId,
    String networkName,
    double width,
    int channels,
    int height,
    int imageWidth,
    int classes,
    int shardBatch,
    float[] pixelMean,
    float[] pixelDeviation,
    boolean crop,
    boolean flip,
    long seed,
    int threads)
    implements Serializable {

  Network network() {
    return NetworkCatalogue.create(
        networkName, new Shape(channels, height, imageWidth), classes, width);
  }

  Normalisation normalisation() {
    return new Normalisation(pixelMean, pixelDeviation);
  }

  Augmentation augmentation() {
    return new Augmentation(crop, flip);
  }
}
