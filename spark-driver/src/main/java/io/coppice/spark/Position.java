package io.coppice.spark;

import io.coppice.artifact.TrainingState;
import io.coppice.report.RoundReport;

/**
 * Where a phase stands.
 *
 * @param round number of the next round within the phase
 * @param lossSum sum of the losses of the epoch's rounds so far
 * @param accuracySum sum of their training accuracies
 */
record Position(long round, double lossSum, double accuracySum) {

  static final Position START = new Position(0, 0, 0);

  static Position of(TrainingState state) {
    return new Position(state.round(), state.lossSum(), state.accuracySum());
  }

  /** After one more round. */
  Position after(RoundReport report) {
    return new Position(round + 1, lossSum + report.loss(), accuracySum + report.accuracy());
  }

  /**
   * Whether all rounds of an epoch were taken and its report is due. A loss and an accuracy of 0
   * exclude each other, so that the sums tell.
   */
  boolean endsEpoch(int roundsPerEpoch) {
    return round > 0 && round % roundsPerEpoch == 0 && (lossSum != 0 || accuracySum != 0);
  }

  /** The same place once the epoch is reported. */
  Position inNextEpoch() {
    return new Position(round, 0, 0);
  }
}
