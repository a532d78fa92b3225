/**
 * Deeplearning4j on Spark, trained by Coppice: a {@code TrainingMaster} for the networks and data
 * sets of its programs. A client of {@code spark}'s Trainer like the command; the one room that
 * touches Deeplearning4j and ND4J, which whoever uses it brings. May use {@code spark}, {@code
 * source}, {@code shards}, {@code config}, {@code report} and core.
 */
@NullMarked
package io.coppice.dl4j;

import org.jspecify.annotations.NullMarked;
