package io.coppice.spark;

/**
 * Moments of a round on the driver, in nanoseconds.
 *
 * @param start before the masks are drawn
 * @param sampled with masks and weights ready to be sent
 * @param reduced with all results there
 * @param end with weights and structure updated
 */
record RoundTimes(long start, long sampled, long reduced, long end) {

  double seconds() {
    return (end - start) / 1e9;
  }

  double samplingSeconds() {
    return (sampled - start) / 1e9;
  }

  double updateSeconds() {
    return (end - reduced) / 1e9;
  }
}
