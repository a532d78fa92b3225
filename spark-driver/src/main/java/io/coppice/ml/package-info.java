/**
 * Training and predicting in pipelines of Spark ML: an estimator and its model, which are clients
 * of {@code spark.Trainer} as the command line is. May use {@code spark}, {@code source}, {@code
 * report}, {@code config} and core.
 */
@NullMarked
package io.coppice.ml;

import org.jspecify.annotations.NullMarked;
