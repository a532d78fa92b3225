package io.coppice.benchmarks.round;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table; times are medians of the rounds, bytes their means.
 *
 * @param master kind of Spark's: {@code local[N]} or {@code local-cluster}
 * @param url of the master, with the numbers of executors, cores and MiB
 * @param network name in the catalogue
 * @param localSteps steps of every shard in a round
 * @param rounds rounds that were timed
 * @param roundMillis wall time of a round
 * @param samplingMillis drawing masks and gathering the weights that they need
 * @param broadcastMillis packing and sending them
 * @param computeMillis time that the busiest worker computed
 * @param waitMillis part of it that the others waited for it
 * @param reduceMillis Spark's scheduling and the way back
 * @param updateMillis of weights and structure
 * @param driverMillis what the driver itself works, part of all but {@code computeMillis}
 * @param emptyRoundMillis what a round costs without its computation
 * @param computeShare compute over wall time
 * @param bytesOut sent to each executor in a round
 * @param bytesBack received from all shards
 * @param bytesOutOverCompact bytes sent over those of the trained mask's weights
 * @param bytesBackOverCompact bytes received from a shard over those of the trained mask's weights
 * @param imagesPerSecond from the median round
 * @param checkpointMillis what a checkpoint costs the loop; null where none is written
 */
record RoundRow(
    String master,
    String url,
    String network,
    int localSteps,
    int rounds,
    double roundMillis,
    double samplingMillis,
    double broadcastMillis,
    double computeMillis,
    double waitMillis,
    double reduceMillis,
    double updateMillis,
    double driverMillis,
    double emptyRoundMillis,
    double computeShare,
    double bytesOut,
    double bytesBack,
    double bytesOutOverCompact,
    double bytesBackOverCompact,
    double imagesPerSecond,
    @Nullable Double checkpointMillis) {}
