package io.coppice.timing;

import io.coppice.structure.Mask;

/**
 * What a round took that trains one mask and probes nothing.
 *
 * @param mask that was trained
 * @param nodeMillis milliseconds of each node's forward and backward passes, one a node of the
 *     network; 0 where a node was skipped
 * @param millis milliseconds of the whole round
 */
public record TimedRound(Mask mask, double[] nodeMillis, double millis) {}
