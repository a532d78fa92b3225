package io.coppice.shards;

import io.coppice.image.ImageFit;
import io.coppice.network.Shape;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What all images of a run have in common.
 *
 * @param shape of every image
 * @param classes number of classes
 * @param fit what brings decoded image files to the shape; null where all are pixels
 */
record ImageKind(Shape shape, int classes, @Nullable ImageFit fit) implements Serializable {}
