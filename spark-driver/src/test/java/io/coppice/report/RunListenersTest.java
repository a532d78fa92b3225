package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunListenersTest {

  private final List<String> heard = new ArrayList<>();

  private final RunListener hearing =
      new RunListener() {
        @Override
        public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
          heard.add(phase + " of " + rounds);
        }

        @Override
        public void warned(String problem) {
          heard.add(problem);
        }

        @Override
        public void ended() {
          heard.add("ended");
        }
      };

  /** Fails whatever it is told. */
  private static final class Failing implements RunListener {
    private int told;

    @Override
    public void dataRead(DataReport data) {
      throw new IllegalArgumentException("no such data");
    }

    @Override
    public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
      told++;
      throw new IllegalStateException("the sink is closed");
    }

    @Override
    public void warned(String problem) {
      throw new IllegalStateException("this one too");
    }
  }

  @Test
  void tell_oneFails_othersHearAllAndAreWarnedOnce() {
    Failing failing = new Failing();
    RunListeners all = new RunListeners(List.of(failing, hearing));
    all.phaseStarted(RunPhase.TRAIN, 0, 3);
    all.phaseStarted(RunPhase.FINE_TUNE, 0, 2);
    all.ended();
    assertThat(failing.told).as("goes on being told").isEqualTo(2);
    assertThat(heard).hasSize(4);
    assertThat(heard.get(0))
        .contains("Failing", "the run goes on", "IllegalStateException: the sink is closed");
    assertThat(heard.subList(1, 4)).containsExactly("train of 3", "fine-tune of 2", "ended");
  }

  @Test
  void tell_allFail_nothingIsThrown() {
    RunListeners all = new RunListeners(List.of(new Failing(), new Failing()));
    all.phaseStarted(RunPhase.TRAIN, 0, 3);
    all.warned("something");
    assertThat(heard).isEmpty();
  }

  @Test
  void dataRead_oneRefuses_theRunIsRefused() {
    RunListeners all = new RunListeners(List.of(new Failing(), hearing));
    assertThatThrownBy(() -> all.dataRead(new DataReport("n", "s", 1, 1, 0, 2)))
        .hasMessage("no such data");
  }

  @Test
  void checkpoints_areToldToAll() {
    RunListener other =
        new RunListener() {
          @Override
          public void checkpointWritten(long rounds, double seconds) {
            heard.add(rounds + " in " + seconds);
          }

          @Override
          public void checkpointFailed(long rounds) {
            heard.add("not " + rounds);
          }
        };
    RunListeners all = new RunListeners(List.of(hearing, other));
    all.checkpointWritten(7, 0.5);
    all.checkpointFailed(9);
    assertThat(heard).containsExactly("7 in 0.5", "not 9");
  }
}
