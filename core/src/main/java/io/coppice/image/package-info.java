/**
 * Encoded images to pixels: JPEG, PNG, BMP and GIF files, decoded by the Java runtime's own readers
 * after a check of the whole file, and brought to one number of channels and one size. Nothing here
 * knows where files lie. May use nothing of ours.
 */
@NullMarked
package io.coppice.image;

import org.jspecify.annotations.NullMarked;
