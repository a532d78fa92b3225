/**
 * A run's directory as people look at it: {@link io.coppice.page.RunPageReader} makes one value of
 * its files, {@link io.coppice.page.PageHtml} one self-contained file of that; {@link
 * io.coppice.page.TensorBoardEvents} makes of its metrics what TensorBoard reads. May use {@code
 * report}, {@code storage}, {@code config}, the durations of {@code plan}, and core; nothing of
 * Spark.
 */
@NullMarked
package io.coppice.page;

import org.jspecify.annotations.NullMarked;
