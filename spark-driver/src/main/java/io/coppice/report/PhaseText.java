package io.coppice.report;

import java.util.Locale;

/** How the parts of a run are called before a person. */
final class PhaseText {

  private PhaseText() {}

  static String of(RunPhase phase) {
    return switch (phase) {
      case CALIBRATE -> "Timing rounds of many masks";
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

  static String of(TimeReport report) {
    return String.format(
        Locale.ROOT,
        "A round takes %.1f ms with all channels, %.1f ms with one unit of every group; of %d masks that the model of its"
            + " time was not fitted to, it told half within %.0f %%, all within %.0f %%",
        report.denseMillis(),
        report.leastMillis(),
        report.checks(),
        100 * report.medianError(),
        100 * report.largestError());
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
