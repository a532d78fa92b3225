package io.coppice.dl4j;

import io.coppice.train.LearningRateSchedule;
import io.coppice.train.LearningRateSchedule.Form;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The learning rates of a fit, one a round.
 *
 * @param values at least one
 */
@SuppressWarnings("ArrayRecordComponent") // goes from an updater to its settings
record Rate(double[] values) {

  /** By how much rates that are the same differ, of their largest: rounding. */
  private static final double TOLERANCE = 1e-9;

  /** Largest share of a training that {@code training.warmUp} may be. */
  private static final double LONGEST_WARM_UP = 0.9;

  private static final Map<Form, String> SPELLINGS =
      Map.of(
          Form.CONSTANT, "constant",
          Form.LINEAR, "linear",
          Form.STEP, "step",
          Form.COSINE, "cosine",
          Form.ONE_CYCLE, "one-cycle");

  /**
   * The settings with which Coppice's learning rate has these values in every round; empty where
   * there are none.
   */
  Optional<Map<String, String>> settings() {
    double peak = Arrays.stream(values).max().orElse(0);
    if (!(peak > 0)) {
      return Optional.empty();
    }
    long rise =
        IntStream.range(0, values.length).filter(i -> values[i] == peak).findFirst().orElse(0);
    return LongStream.of(0, rise)
        .distinct()
        .filter(warmUp -> warmUp == 0 || share(warmUp) <= LONGEST_WARM_UP)
        .boxed()
        .flatMap(
            warmUp ->
                Arrays.stream(
                        new Form[] {
                          Form.CONSTANT, Form.LINEAR, Form.STEP, Form.COSINE, Form.ONE_CYCLE
                        })
                    .map(form -> new LearningRateSchedule(form, peak, warmUp, values.length)))
        .filter(this::isSame)
        .map(this::settings)
        .findFirst();
  }

  private boolean isSame(LearningRateSchedule schedule) {
    return IntStream.range(0, values.length)
        .allMatch(
            round -> Math.abs(schedule.at(round) - values[round]) <= TOLERANCE * schedule.peak());
  }

  private Map<String, String> settings(LearningRateSchedule schedule) {
    return Map.of(
        "training.learningRate", String.valueOf(schedule.peak()),
        "training.schedule", String.valueOf(SPELLINGS.get(schedule.form())),
        "training.warmUp", String.valueOf(schedule.warmUp() == 0 ? 0.0 : share(schedule.warmUp())));
  }

  /** So many rounds as a share of all; half a one more keeps rounding from making it one less. */
  private double share(long rounds) {
    return (rounds + 0.5) / values.length;
  }

  /** The first, the middle and the last, for messages. */
  String text() {
    return "%.3g, ... %.3g, ... %.3g"
        .formatted(values[0], values[values.length / 2], values[values.length - 1]);
  }
}
