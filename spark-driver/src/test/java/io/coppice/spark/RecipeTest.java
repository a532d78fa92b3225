package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the weights learn, besides what is learned of the structure. */
class RecipeTest {

  private static final Map<String, String> EVERYTHING =
      Map.of(
          "training.rateBatchSize", "32",
          "training.schedule", "one-cycle",
          "training.warmUp", "0.3",
          "training.nesterov", "true",
          "training.decayed", "kernels",
          "training.labelSmoothing", "0.1",
          "training.gradientNorm", "1.5",
          "training.averaging", "0.9",
          "structure.strategy", "shares",
          "structure.shares.probeEvery", "1");

  @ParameterizedTest
  @ValueSource(longs = {4, 6, 8})
  void run_stoppedInTrainingBetweenOrInFineTuning_goesOnWithTheSameBits(long round)
      throws IOException {
    SmallRun.Outcome whole = SmallRun.undisturbed(EVERYTHING);
    InMemoryCheckpoints kept = new InMemoryCheckpoints(round);
    run(new Continuation(kept, Optional.empty()));
    SmallRun.Outcome continued = run(new Continuation(new InMemoryCheckpoints(-1), kept.last()));
    assertThat(continued.rounds()).hasSize((int) (whole.rounds().size() - round));
    SmallRun.assertSameBits(continued, whole);
  }

  @Test
  void run_onExecutors_sameBits() throws IOException {
    SmallRun.assertSameBits(
        SmallRun.run("local-cluster[2,1,1024]", EVERYTHING), SmallRun.undisturbed(EVERYTHING));
  }

  @ParameterizedTest
  @CsvSource({
    "training.rateBatchSize, 96",
    "training.schedule, linear",
    "training.schedule, step",
    "training.schedule, constant",
    "training.warmUp, 0.5",
    "training.nesterov, false",
    "training.decayed, all",
    "training.labelSmoothing, 0.1",
    "training.gradientNorm, 0.5",
    "training.averaging, 0.9"
  })
  void run_eachSettingByItself_hasAnEffect(String key, String value) throws IOException {
    SmallRun.Outcome plain = SmallRun.undisturbed(brief("training.epochs", "1"));
    SmallRun.Outcome changed = SmallRun.run("local[2]", brief(key, value));
    assertThat(changed.result().summary().testLoss()).isFinite();
    assertThat(changed.result().dense().values().parameters())
        .isNotEqualTo(plain.result().dense().values().parameters());
  }

  @Test
  void run_averaging_leavesTheTrainingAloneAndItsResultIsTheAverage() throws IOException {
    SmallRun.Outcome plain = SmallRun.undisturbed(brief("training.epochs", "1"));
    SmallRun.Outcome averaged = SmallRun.run("local[2]", brief("training.averaging", "0.9"));
    for (int round = 0; round < plain.rounds().size(); round++) {
      assertThat(averaged.rounds().get(round).loss()).isEqualTo(plain.rounds().get(round).loss());
    }
    assertThat(averaged.result().dense().values().parameters())
        .isNotEqualTo(plain.result().dense().values().parameters());
    assertThat(averaged.result().summary().testLoss())
        .isNotEqualTo(plain.result().summary().testLoss());
  }

  /** A loss with smoothing lies between that of the labels and that of all classes alike. */
  @Test
  void run_labelSmoothing_isAShareOfTheLoss() throws IOException {
    double none = firstLoss("0");
    assertThat(firstLoss("0.6") - none)
        .isNotZero()
        .isCloseTo(2 * (firstLoss("0.3") - none), within(1e-5));
  }

  private static double firstLoss(String smoothing) throws IOException {
    return SmallRun.run("local[2]", brief("training.labelSmoothing", smoothing))
        .rounds()
        .get(0)
        .loss();
  }

  /** Settings of a run of three rounds. */
  private static Map<String, String> brief(String key, String value) {
    Map<String, String> settings = new HashMap<>();
    settings.put("training.epochs", "1");
    settings.put("finish.fineTuneEpochs", "0");
    settings.put("finish.candidates", "1");
    settings.put("structure.strategy", "uniform");
    settings.put(key, value);
    return settings;
  }

  private static SmallRun.Outcome run(Continuation continuation) throws IOException {
    return SmallRun.run(
        "local[2]", EVERYTHING, Map.of(), StepHook.NONE, report -> {}, continuation);
  }
}
