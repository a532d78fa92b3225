/**
 * The distributed run: the driver's loop, the rounds on executors, and the directory of the result.
 * May use {@code config} and core.
 */
@NullMarked
package io.coppice.spark;

import org.jspecify.annotations.NullMarked;
