/**
 * The distributed run: the driver's loop, and the rounds on executors. May use {@code config},
 * {@code storage} and core.
 */
@NullMarked
package io.coppice.spark;

import org.jspecify.annotations.NullMarked;
