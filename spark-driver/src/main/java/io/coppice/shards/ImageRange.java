package io.coppice.shards;

import java.io.Serializable;

/**
 * Consecutive images in the order of a run, and where the executors find them.
 *
 * @param role of the images
 * @param firstBucket of the order in which the first one lies
 * @param lastBucket in which the last one lies
 * @param skip images of the first bucket before it
 * @param count number of images
 */
public record ImageRange(ImageRole role, int firstBucket, int lastBucket, int skip, int count)
    implements Serializable {}
