package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CostModel;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.config.Adam;

class StructureOptimiserTest {

  private static final int UNITS = 12;
  private static final double NO_LIMIT = 1e9;
  private static final StructureSpace SPACE = new StructureSpace(new int[] {UNITS}, 1);
  private static final BudgetProjection PROJECTION =
      new BudgetProjection(SPACE, new CostModel(List.of(new CostModel.Term(1, 0, CostModel.NONE))));

  private static double[] gradient(int step) {
    double[] gradient = new double[UNITS];
    CounterRandom random = CounterRandom.of(step, Purpose.WEIGHT);
    for (int unit = 0; unit < UNITS; unit++) {
      gradient[unit] = random.nextGaussian() * Math.pow(10, unit - 8);
    }
    return gradient;
  }

  private static StructureOptimiser halves() {
    double[] halves = new double[UNITS];
    Arrays.fill(halves, 0.5);
    return new StructureOptimiser(PROJECTION, halves, NO_LIMIT);
  }

  /** ND4J's updater is the oracle. */
  @Test
  void update_manySteps_areThoseOfNd4jsAdam() {
    StructureOptimiser optimiser = halves();
    double[] expected = optimiser.probabilities();
    AdamUpdater updater = new AdamUpdater(new Adam());
    INDArray moments = Nd4j.zeros(DataType.DOUBLE, 1, 2L * UNITS);
    updater.setStateViewArray(moments, new long[] {1, UNITS}, 'c', true);
    for (int step = 0; step < 200; step++) {
      double rate = 0.002 / (1 + step);
      optimiser.update(gradient(step), rate, NO_LIMIT);
      updater.getConfig().setLearningRate(rate);
      INDArray moved = Nd4j.createFromArray(gradient(step)).reshape(1, UNITS);
      updater.applyUpdater(moved, step, 0);
      for (int unit = 0; unit < UNITS; unit++) {
        expected[unit] -= moved.getDouble(unit);
      }
      assertThat(optimiser.probabilities()).containsExactly(expected, within(1e-14));
      double[] expectedMoments = moments.dup().data().asDouble();
      for (int i = 0; i < expectedMoments.length; i++) {
        assertThat(optimiser.moments()[i])
            .isCloseTo(expectedMoments[i], within(1e-13 * Math.abs(expectedMoments[i]) + 1e-30));
      }
    }
    assertThat(optimiser.updates()).isEqualTo(200);
  }

  @Test
  void restore_stateInTheMiddle_goesOnWithTheSameBits() {
    StructureOptimiser whole = halves();
    StructureOptimiser later = halves();
    for (int step = 0; step < 20; step++) {
      if (step == 7) {
        later.restore(whole.probabilities(), whole.moments(), whole.updates());
      }
      whole.update(gradient(step), 0.01, 5);
      if (step >= 7) {
        later.update(gradient(step), 0.01, 5);
      }
    }
    assertThat(later.probabilities()).containsExactly(whole.probabilities());
    assertThat(later.moments()).containsExactly(whole.moments());
    assertThat(Arrays.stream(whole.probabilities()).sum()).isLessThanOrEqualTo(5 + 1e-9);
  }

  @Test
  void update_gradientThatIsNotFinite_isRefusedAndChangesNothing() {
    StructureOptimiser optimiser = halves();
    double[] gradient = gradient(1);
    gradient[3] = Double.NaN;
    assertThatThrownBy(() -> optimiser.update(gradient, 0.01, NO_LIMIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
    assertThat(optimiser.updates()).isZero();
    assertThat(optimiser.moments()).containsOnly(0);
  }
}
