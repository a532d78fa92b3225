package io.coppice.dl4j;

import io.coppice.report.RunPhase;
import io.coppice.spark.RunSetup;

/**
 * How long a fit is.
 *
 * @param epochs of the training
 * @param fineTuneEpochs that follow
 * @param roundsPerEpoch of both
 */
record FitLength(int epochs, int fineTuneEpochs, int roundsPerEpoch) {

  static FitLength of(RunSetup setup) {
    return new FitLength(
        setup.config().training().epochs(),
        setup.config().finish().fineTuneEpochs(),
        setup.roundsPerEpoch());
  }

  /** Rounds of the training, without fine-tuning. */
  int trainingRounds() {
    return Math.multiplyExact(epochs, roundsPerEpoch);
  }

  int allEpochs() {
    return epochs + fineTuneEpochs;
  }

  int allRounds() {
    return Math.multiplyExact(allEpochs(), roundsPerEpoch);
  }

  /** Epochs before a phase. */
  int epochsBefore(RunPhase phase) {
    return phase == RunPhase.TRAIN ? 0 : epochs;
  }
}
