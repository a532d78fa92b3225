package io.coppice.spark;

import io.coppice.strategy.StructureStrategy;

/**
 * How many rounds of a training have a probe.
 *
 * @param share of the rounds
 * @param example the last of them; -1 if there is none
 */
record ProbedRounds(double share, long example) {

  /** Rounds that are looked at; evenly spread where there are more. */
  private static final int MOST = 1000;

  /** Asks a strategy, which decides on probes by the number of a round alone. */
  static ProbedRounds of(StructureStrategy strategy, long rounds) {
    int looked = (int) Math.min(MOST, rounds);
    int probed = 0;
    long last = -1;
    for (int i = 0; i < looked; i++) {
      long round = rounds * i / looked;
      if (strategy.masks(round, 1).all().stream().anyMatch(masks -> !masks.probes().isEmpty())) {
        probed++;
        last = round;
      }
    }
    return new ProbedRounds((double) probed / looked, last);
  }
}
