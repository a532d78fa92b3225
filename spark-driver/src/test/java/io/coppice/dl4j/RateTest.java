package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.train.LearningRateSchedule;
import io.coppice.train.LearningRateSchedule.Form;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;

class RateTest {

  private static final int ROUNDS = 40;
  private static final int EPOCH = 10;

  /** Falls to 0 in 100 iterations. */
  private static final class Line implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return 0.1 * (1 - iteration / 100.0);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  private static Rate rate(ISchedule schedule, int firstIteration) {
    return new Rate(
        IntStream.range(0, ROUNDS)
            .mapToDouble(
                round -> schedule.valueAt(firstIteration + round, (firstIteration + round) / EPOCH))
            .toArray());
  }

  /** The schedule that settings make, against the values of Deeplearning4j's. */
  private static void assertSame(ISchedule schedule, int firstIteration, String form) {
    Rate rate = rate(schedule, firstIteration);
    Map<String, String> settings = rate.settings().orElseThrow();
    assertThat(settings).containsEntry("training.schedule", form);
    LearningRateSchedule ours =
        new LearningRateSchedule(
            Form.valueOf(form.toUpperCase(Locale.ROOT).replace('-', '_')),
            Double.parseDouble(settings.get("training.learningRate")),
            (long) (Double.parseDouble(settings.get("training.warmUp")) * ROUNDS),
            ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
      int iteration = firstIteration + round;
      assertThat(ours.at(round))
          .as("round %s", round)
          .isEqualTo(schedule.valueAt(iteration, iteration / EPOCH), within(1e-9));
    }
  }

  @Test
  void settings_schedulesThatAreTheSame_areThose() {
    assertSame(new FixedSchedule(0.1), 0, "constant");
    assertSame(new Line(), 60, "linear");
    assertSame(new RampSchedule(new FixedSchedule(0.2), 8), 0, "constant");
    assertSame(
        new MapSchedule.Builder(ScheduleType.ITERATION)
            .add(0, 0.1)
            .add(20, 0.01)
            .add(30, 0.001)
            .build(),
        0,
        "step");
    assertSame(
        new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0.1).add(2, 0.01).add(3, 0.001).build(),
        0,
        "step");
    assertSame(new StepSchedule(ScheduleType.EPOCH, 0.1, 0.5, 4), 40, "constant");
    for (Form form : Form.values()) {
      for (int warmUp : new int[] {0, 7}) {
        LearningRateSchedule ours = new LearningRateSchedule(form, 0.3, warmUp, ROUNDS);
        Rate rate = new Rate(IntStream.range(0, ROUNDS).mapToDouble(ours::at).toArray());
        assertThat(rate.settings()).as("%s after %s", form, warmUp).isPresent();
      }
    }
  }

  @Test
  void settings_fewRounds_areConstant() {
    for (int rounds = 1; rounds <= 3; rounds++) {
      double[] values = new double[rounds];
      Arrays.fill(values, 0.2);
      assertThat(new Rate(values).settings().orElseThrow())
          .containsEntry("training.schedule", "constant")
          .containsEntry("training.learningRate", "0.2")
          .containsEntry("training.warmUp", "0.0");
    }
  }

  @Test
  void settings_schedulesThatAreOthers_none() {
    for (ISchedule schedule :
        new ISchedule[] {
          new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.99),
          new InverseSchedule(ScheduleType.ITERATION, 0.1, 0.01, 1),
          new SigmoidSchedule(ScheduleType.ITERATION, 0.1, 0.1, 20),
          new StepSchedule(ScheduleType.ITERATION, 0.1, 0.1, 20),
          // Of this version it rises, to twice its value.
          new PolySchedule(ScheduleType.ITERATION, 0.1, 1, ROUNDS),
          new Line(),
          new CycleSchedule(ScheduleType.ITERATION, 0.1, ROUNDS),
          new FixedSchedule(0)
        }) {
      assertThat(rate(schedule, 0).settings()).as("%s", schedule).isEqualTo(Optional.empty());
    }
  }
}
