/**
 * A trained network as one value: the compact network with all that is needed to use it, what it
 * says of images, how well it does, and its file. May use {@code artifact}, {@code exchange},
 * {@code compact}, {@code data}, {@code network} and {@code structure}; knows nothing of how the
 * network was trained.
 */
@NullMarked
package io.coppice.model;

import org.jspecify.annotations.NullMarked;
