package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import org.junit.jupiter.api.Test;

class FixedStrategyTest {

  @Test
  void everything_anyRound_isTheOneMask() {
    Mask mask = SimulatedTraining.useful();
    FixedStrategy strategy = new FixedStrategy("uniform", SimulatedTraining.SPACE, mask);
    assertThat(strategy.masks(7, 3)).isEqualTo(RoundMasks.repeated(3, new StepMasks(mask)));
    assertThat(strategy.presentMask()).isEqualTo(mask);
    assertThat(strategy.candidates(10)).containsExactly(mask);
    assertThat(strategy.probabilities()).containsExactly(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1);
    assertThat(strategy.state().strategy()).isEqualTo("uniform");
  }

  @Test
  void restore_maskThatWasChosenOtherwise_isTheOneThatGoesOn() {
    Mask full = Mask.full(SimulatedTraining.SPACE.groupChannels());
    FixedStrategy strategy = new FixedStrategy("uniform", SimulatedTraining.SPACE, full);
    strategy.restore(
        new FixedStrategy("uniform", SimulatedTraining.SPACE, SimulatedTraining.useful()).state());
    assertThat(strategy.presentMask()).isEqualTo(SimulatedTraining.useful());
  }
}
