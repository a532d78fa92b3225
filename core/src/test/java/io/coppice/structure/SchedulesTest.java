package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SchedulesTest {

  @Test
  void cosine_startMiddleEnd_asThePaperHasIt() {
    CosineSchedule schedule = new CosineSchedule(0.1, 100);
    assertThat(schedule.at(0)).isEqualTo(0.1);
    assertThat(schedule.at(50)).isCloseTo(0.05, within(1e-12));
    assertThat(schedule.at(100)).isCloseTo(0, within(1e-12));
    assertThat(schedule.at(200)).isCloseTo(0, within(1e-12));
  }

  @Test
  void cubic_steps_fallsFastThenSlowly() {
    CubicRamp ramp = new CubicRamp(1, 0.2, 10);
    assertThat(ramp.at(0)).isEqualTo(1);
    assertThat(ramp.at(5)).isCloseTo(0.2 + 0.8 * 0.125, within(1e-12));
    assertThat(ramp.at(10)).isEqualTo(0.2);
    assertThat(ramp.at(11)).isEqualTo(0.2);
  }

  @Test
  void stepsAtStart_longRamp_comesToWhatTheRampHasAboveItsEnd() {
    CubicRamp ramp = new CubicRamp(1, 0.2, 1000);
    double above = 0;
    for (int step = 0; step < 1000; step++) {
      above += ramp.at(step) - ramp.end();
    }
    assertThat(ramp.stepsAtStart() * (ramp.start() - ramp.end())).isCloseTo(above, within(1.0));
  }

  @Test
  void cubic_noSteps_isTheEndFromTheStart() {
    assertThat(new CubicRamp(1, 0.2, 0).at(0)).isEqualTo(0.2);
  }
}
