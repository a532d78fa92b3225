package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.config.RunConfig.Schedule;
import io.coppice.report.RunPhase;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class FitSettingsTest {

  private static final FitLength LENGTH = new FitLength(2, 1, 5);
  private static final IUpdater EXPONENTIAL =
      new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5));

  @Test
  void config_nothingGiven_isAsDeeplearning4jWouldTrain() {
    RunConfig config = new FitSettings(Map.of()).config(Map.of("training.momentum", "0.3"));
    assertThat(config.training().epochs()).isEqualTo(1);
    assertThat(config.training().schedule()).isEqualTo(Schedule.CONSTANT);
    assertThat(config.training().warmUp()).isZero();
    assertThat(config.training().momentum()).isEqualTo(0.3);
    assertThat(config.finish().fineTuneEpochs()).isZero();
    assertThat(config.data().crop()).isFalse();
    assertThat(config.data().flip()).isFalse();
  }

  @Test
  void config_somethingGiven_winsOverTheNetwork() {
    FitSettings settings = new FitSettings(Map.of("training.momentum", "0.5", "data.flip", "true"));
    Map<String, String> ofNetwork =
        Map.of("training.momentum", "0.9", "training.nesterov", "false");
    RunConfig config = settings.config(ofNetwork);
    assertThat(config.training().momentum()).isEqualTo(0.5);
    assertThat(config.training().nesterov()).isFalse();
    assertThat(config.data().flip()).isTrue();
    assertThat(settings.differences(ofNetwork))
        .containsExactly("training.momentum is 0.5 as set, not 0.9 as the network says");
    assertThat(settings.differences(Map.of("training.momentum", "0.50"))).isEmpty();
  }

  @Test
  void cautions_oldKey_saysTheNewOne() {
    assertThat(new FitSettings(Map.of("structure.probeEvery", "2")).cautions())
        .singleElement()
        .asString()
        .contains("structure.policyGradient.probeEvery");
    assertThat(new FitSettings(Map.of()).cautions()).isEmpty();
  }

  @Test
  void rate_ofAnUpdater_orWhatWasGivenInItsPlace() {
    FitSettings none = new FitSettings(Map.of());
    assertThat(none.rate(new Sgd(0.2), 0, 0, LENGTH))
        .containsEntry("training.learningRate", "0.2")
        .containsEntry("training.schedule", "constant");
    assertThatThrownBy(() -> none.rate(EXPONENTIAL, 3, 1, LENGTH))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("over the 10 iterations of this fit from iteration 3, epoch 1");
    assertThat(
            new FitSettings(Map.of("training.schedule", "cosine")).rate(EXPONENTIAL, 1, 0, LENGTH))
        .isEqualTo(Map.of("training.learningRate", "0.05"));
    assertThat(
            new FitSettings(Map.of("training.learningRate", "0.3")).rate(EXPONENTIAL, 1, 0, LENGTH))
        .isEmpty();
    assertThat(none.rate(null, 0, 0, LENGTH)).isEmpty();
  }

  @Test
  void length_withFineTuning_countsBoth() {
    assertThat(LENGTH.trainingRounds()).isEqualTo(10);
    assertThat(LENGTH.allEpochs()).isEqualTo(3);
    assertThat(LENGTH.allRounds()).isEqualTo(15);
    assertThat(LENGTH.epochsBefore(RunPhase.TRAIN)).isZero();
    assertThat(LENGTH.epochsBefore(RunPhase.FINE_TUNE)).isEqualTo(2);
  }
}
