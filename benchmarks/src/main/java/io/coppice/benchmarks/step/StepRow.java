package io.coppice.benchmarks.step;

/**
 * One row of the table.
 *
 * @param network name in the catalogue
 * @param method {@code dense}, {@code paired-fixed} or {@code paired-resampled}
 * @param batchSize images a step over all shards
 * @param remaining share of the channels that the masks keep on average
 * @param flopsRatio mean FLOPs of the masks as a share of the dense network's
 * @param imagesPerSecond of all shards, from the median step
 * @param spread half of the distance between the quartiles, as a share of the median
 * @param theoreticalSpeedup 0.75 / flopsRatio for a paired step
 * @param measuredSpeedup images per second over those of the dense step
 * @param efficiency measured over theoretical
 */
record StepRow(
    String network,
    String method,
    int batchSize,
    double remaining,
    double flopsRatio,
    double imagesPerSecond,
    double spread,
    double theoreticalSpeedup,
    double measuredSpeedup,
    double efficiency) {}
