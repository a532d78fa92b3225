/**
 * Labelled images: the file formats, normalisation, augmentation and minibatches. Files are reached
 * through {@link io.coppice.data.DataSource}, so that they may lie anywhere. May use {@code
 * random}.
 */
@NullMarked
package io.coppice.data;

import org.jspecify.annotations.NullMarked;
