package io.coppice.report;

/**
 * What rounds take, as they were timed before the training.
 *
 * @param denseMillis milliseconds of a round with all channels
 * @param leastMillis with one unit of every group
 * @param checks masks that were timed and that the model of the time was not fitted to
 * @param medianError by how much it was wrong there, relative to what was timed
 * @param largestError likewise
 */
public record TimeReport(
    double denseMillis, double leastMillis, int checks, double medianError, double largestError) {}
