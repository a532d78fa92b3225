package io.coppice.report;

import java.util.Locale;

/** How the parts of a run are called before a person. */
final class PhaseText {

  private PhaseText() {}

  static String of(RunPhase phase) {
    return switch (phase) {
      case TRAIN -> "Training";
      case CHOOSE -> "Choosing the final mask";
      case FINE_TUNE -> "Fine-tuning the compact network";
      case MEASURE -> "Measuring the compact network";
    };
  }

  static String of(EpochReport report) {
    return String.format(
        Locale.ROOT,
        "epoch %d: loss %.3f, training accuracy %.1f %%, held-back accuracy %.1f %% at %.0f %% of the dense FLOPs, %.0f images/s",
        report.epoch() + 1,
        report.loss(),
        100 * report.accuracy(),
        100 * report.heldBackAccuracy(),
        100 * report.flopsRatio(),
        report.imagesPerSecond());
  }

  static String cautioned(String reason) {
    return "Take care: " + reason;
  }

  static String wentBack(String reason, long rounds, double learningRateFactor) {
    return String.format(
        Locale.ROOT,
        "%s%nGoing back to the state after %d rounds, on with %s of the learning rate",
        reason,
        rounds,
        learningRateFactor);
  }
}
