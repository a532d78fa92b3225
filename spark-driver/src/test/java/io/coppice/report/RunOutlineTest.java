package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunOutlineTest {

  @Test
  void rounds_ofPhases_addUp() {
    RunOutline run = new RunOutline("run7", "resnet20", 100, 47, 14, 2, 0);
    assertThat(run.rounds()).isEqualTo(752);
    assertThat(run.roundsBefore(RunPhase.TRAIN)).isZero();
    assertThat(run.roundsBefore(RunPhase.CHOOSE)).isEqualTo(658);
    assertThat(run.roundsBefore(RunPhase.FINE_TUNE)).isEqualTo(658);
    assertThat(run.roundsBefore(RunPhase.MEASURE)).isEqualTo(752);
  }
}
