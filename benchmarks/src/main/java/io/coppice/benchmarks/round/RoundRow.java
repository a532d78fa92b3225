package io.coppice.benchmarks.round;

/**
 * One row of the table.
 *
 * @param master Spark's
 * @param network name in the catalogue
 * @param rounds rounds that were timed
 * @param roundMillis median wall time of a round
 * @param computeMillis median time that the slowest shard computed
 * @param emptyRoundMillis median of the difference: what a round costs without its computation
 * @param computeShare median of compute over wall time
 * @param bytesOut median bytes of weights sent in a round
 * @param bytesBack median bytes of gradients and statistics received
 * @param imagesPerSecond from the median round
 */
record RoundRow(
    String master,
    String network,
    int rounds,
    double roundMillis,
    double computeMillis,
    double emptyRoundMillis,
    double computeShare,
    double bytesOut,
    double bytesBack,
    double imagesPerSecond) {}
