/**
 * A run's directory as a page that people look at: {@link io.coppice.page.RunPageReader} makes one
 * value of its files, {@link io.coppice.page.PageHtml} one self-contained file of that. May use
 * {@code report}, {@code storage}, {@code config}, the durations of {@code plan}, and core; nothing
 * of Spark.
 */
@NullMarked
package io.coppice.page;

import org.jspecify.annotations.NullMarked;
