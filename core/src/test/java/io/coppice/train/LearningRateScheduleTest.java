package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.train.LearningRateSchedule.Form;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

  @Test
  void at_cosine_fallsAlongHalfACosine() {
    LearningRateSchedule schedule = new LearningRateSchedule(Form.COSINE, 0.4, 0, 100);
    assertThat(schedule.at(0)).isEqualTo(0.4);
    assertThat(schedule.at(25)).isCloseTo(0.2 * (1 + Math.sqrt(0.5)), within(1e-12));
    assertThat(schedule.at(50)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.at(100)).isCloseTo(0, within(1e-12));
    assertThat(schedule.at(1000)).isCloseTo(0, within(1e-12));
  }

  @Test
  void at_warmUp_risesInALineAndThenBeginsAtThePeak() {
    for (Form form : new Form[] {Form.COSINE, Form.LINEAR, Form.STEP, Form.CONSTANT}) {
      LearningRateSchedule schedule = new LearningRateSchedule(form, 1, 3, 13);
      assertThat(schedule.at(0)).as(form.name()).isEqualTo(0.25);
      assertThat(schedule.at(1)).as(form.name()).isEqualTo(0.5);
      assertThat(schedule.at(2)).as(form.name()).isEqualTo(0.75);
      assertThat(schedule.at(3)).as(form.name()).isEqualTo(1);
    }
  }

  @Test
  void at_linear_fallsInALine() {
    LearningRateSchedule schedule = new LearningRateSchedule(Form.LINEAR, 0.5, 10, 20);
    assertThat(schedule.at(15)).isCloseTo(0.25, within(1e-12));
    assertThat(schedule.at(20)).isZero();
  }

  @Test
  void at_step_isATenthFromTheHalfOnAndAHundredthFromThreeQuartersOn() {
    LearningRateSchedule schedule = new LearningRateSchedule(Form.STEP, 1, 0, 100);
    assertThat(schedule.at(49)).isEqualTo(1);
    assertThat(schedule.at(50)).isEqualTo(0.1);
    assertThat(schedule.at(74)).isEqualTo(0.1);
    assertThat(schedule.at(75)).isEqualTo(0.01);
    assertThat(schedule.at(100)).isEqualTo(0.01);
  }

  @Test
  void at_constant_staysAtThePeak() {
    LearningRateSchedule schedule = new LearningRateSchedule(Form.CONSTANT, 0.3, 0, 10);
    assertThat(schedule.at(0)).isEqualTo(0.3);
    assertThat(schedule.at(99)).isEqualTo(0.3);
  }

  @Test
  void at_oneCycle_risesFromATwentyFifthAndFallsToZeroAlongCosines() {
    LearningRateSchedule schedule = new LearningRateSchedule(Form.ONE_CYCLE, 1, 30, 100);
    assertThat(schedule.at(0)).isCloseTo(0.04, within(1e-12));
    assertThat(schedule.at(15)).isCloseTo(0.52, within(1e-12));
    assertThat(schedule.at(30)).isEqualTo(1);
    assertThat(schedule.at(65)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.at(100)).isCloseTo(0, within(1e-12));
  }

  @Test
  void create_noStepAfterTheWarmUp_refused() {
    assertThatThrownBy(() -> new LearningRateSchedule(Form.COSINE, 1, 10, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 steps with a warm-up of 10");
  }
}
