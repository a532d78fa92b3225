/**
 * What a round will cost before it is taken: a model of its time, of the bytes that travel and of
 * the memory that they need, whose constants {@code benchmarks/run scale} measures. May use core,
 * and {@code reduction} for how sums are cut.
 */
@NullMarked
package io.coppice.plan;

import org.jspecify.annotations.NullMarked;
