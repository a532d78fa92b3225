package io.coppice.benchmarks.scale;

/**
 * Rounds of one kind; times are medians, bytes means.
 *
 * @param master Spark's
 * @param executors of it
 * @param cores of each executor
 * @param gigabits of every machine's link each way; 0 where all is one machine
 * @param network name in the catalogue
 * @param width factor on all channel counts
 * @param flops share of the dense network's FLOPs that the mask keeps
 * @param side rows and columns of the images
 * @param shards number of shards
 * @param batch images a step over all shards
 * @param masks {@code shared} or {@code per-shard}
 * @param reduce where the shards' sums are added up
 * @param rounds rounds that were timed
 * @param roundMillis wall time of a round
 * @param driverMillis the driver's own work in it
 * @param computeMillis time that the busiest worker computed
 * @param bytesOut sent to each executor
 * @param bytesToDriver received by the driver
 * @param driverHeapMiB the most of the driver's heap that was reachable at once in other rounds of
 *     the kind
 */
record ShardsRow(
    String master,
    int executors,
    int cores,
    double gigabits,
    String network,
    double width,
    double flops,
    int side,
    int shards,
    int batch,
    String masks,
    String reduce,
    int rounds,
    double roundMillis,
    double driverMillis,
    double computeMillis,
    double bytesOut,
    double bytesToDriver,
    double driverHeapMiB) {}
