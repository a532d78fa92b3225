/**
 * The distributed run: {@link io.coppice.spark.Trainer} for whoever wants one, the driver's loop,
 * and the rounds on executors. May use {@code source}, {@code shards}, {@code reduction}, {@code
 * config}, {@code storage}, {@code report} and core.
 */
@NullMarked
package io.coppice.spark;

import org.jspecify.annotations.NullMarked;
