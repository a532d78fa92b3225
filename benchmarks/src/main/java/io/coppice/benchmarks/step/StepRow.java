package io.coppice.benchmarks.step;

import java.util.Map;

/**
 * One row of the table.
 *
 * @param network name in the catalogue
 * @param method {@code dense}, {@code paired-fixed} or {@code paired-resampled}, or the peer
 * @param batchSize images a step over all shards
 * @param remaining share of the channels that the trained masks keep on average
 * @param flopsRatio mean FLOPs of the masks as a share of the dense network's
 * @param storedFlopsRatio the same with channel counts rounded up as they lie in memory
 * @param imagesPerSecond of all shards, from the median step
 * @param spread half of the distance between the quartiles, as a share of the median
 * @param gflops billions of floating-point operations a second that the masks need, padding not
 *     counted
 * @param theoreticalSpeedup 0.75 / flopsRatio for a paired step
 * @param measuredSpeedup mean time of Coppice's dense step over that of this one
 * @param efficiency measured over theoretical
 * @param peakRssMiB largest resident size of the process so far
 * @param milliseconds mean time of a step by activity, mean over the threads
 * @param kernelCache hits, misses, evictions, shapes and bytes of one thread's kernels, warm-up
 *     included
 * @param speedupOver images per second over those of each peer's dense step
 */
record StepRow(
    String network,
    String method,
    int batchSize,
    double remaining,
    double flopsRatio,
    double storedFlopsRatio,
    double imagesPerSecond,
    double spread,
    double gflops,
    double theoreticalSpeedup,
    double measuredSpeedup,
    double efficiency,
    double peakRssMiB,
    Map<String, Double> milliseconds,
    Map<String, Double> kernelCache,
    Map<String, Double> speedupOver) {}
