/**
 * Where images come from: described by the driver, read by executors, one after the other. May use
 * Spark and its SQL, {@code config}, {@code storage} for file systems, and core's {@code data},
 * {@code image}, {@code model} and {@code network}.
 */
@NullMarked
package io.coppice.source;

import org.jspecify.annotations.NullMarked;
