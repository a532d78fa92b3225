package io.coppice.spark;

import io.coppice.report.RoundReport;

/**
 * What a run has seen in all its rounds.
 *
 * @param rounds rounds taken, over all phases
 * @param images training images seen
 * @param seconds wall time of the rounds
 */
record Totals(long rounds, long images, double seconds) {

  static final Totals NONE = new Totals(0, 0, 0);

  Totals plus(RoundReport round) {
    return new Totals(rounds + 1, images + round.images(), seconds + round.seconds());
  }

  /** What came since an earlier moment of the run. */
  Totals since(Totals before) {
    return new Totals(rounds - before.rounds, images - before.images, seconds - before.seconds);
  }
}
