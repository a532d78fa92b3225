/**
 * The images of a run on its executors: put in an order that follows from their content alone,
 * surveyed, cut in ranges, and kept in memory or in mapped files where tasks read them. May use
 * Spark, {@code source}, and core's {@code data}, {@code model}, {@code network} and {@code
 * random}.
 */
@NullMarked
package io.coppice.shards;

import org.jspecify.annotations.NullMarked;
