package io.coppice.spark;

/**
 * Times of two kinds of steps, measured in turn on the same core: medians in nanoseconds.
 *
 * @param sparseNanos a step of the run as it ended
 * @param denseNanos forward and backward of the dense network
 */
record StepTiming(long sparseNanos, long denseNanos) {}
