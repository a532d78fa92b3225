package io.coppice.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class GroupEffectsTest {

  private static final int GROUPS = 4;

  private static boolean[] coins(int index) {
    boolean[] thinned = new boolean[GROUPS];
    for (int group = 0; group < GROUPS; group++) {
      thinned[group] = (index >> group & 1) != 0;
    }
    return thinned;
  }

  /** All that the coins can show, each once. */
  private static GroupEvidence ofEnumeration(ToDoubleFunction<boolean[]> loss) {
    GroupEffects effects = new GroupEffects(GROUPS);
    for (int index = 0; index < 1 << GROUPS; index++) {
      effects.add(coins(index), loss.applyAsDouble(coins(index)));
    }
    return effects.estimate().orElseThrow();
  }

  private static double strange(boolean[] thinned) {
    double loss = 0.2;
    for (int group = 0; group < GROUPS; group++) {
      loss += thinned[group] ? 0.1 * (group + 1) : 0;
    }
    return loss * (thinned[1] && thinned[3] ? 3 : 1) - (thinned[0] && !thinned[2] ? 0.25 : 0);
  }

  @Test
  void estimate_lossesThatAddUp_areTheSummands() {
    GroupEvidence estimate =
        ofEnumeration(thinned -> 0.7 + (thinned[0] ? 0.5 : 0) - (thinned[3] ? 0.125 : 0));
    assertThat(estimate.effect()).containsExactly(new double[] {0.5, 0, 0, -0.125}, within(1e-12));
    assertThat(estimate.variance()).containsExactly(new double[GROUPS], within(1e-12));
  }

  @Test
  void estimate_anyLossOverAllCoins_isThePolicyGradientOfEveryCoin() {
    double[] policyGradient = new double[GROUPS];
    for (int index = 0; index < 1 << GROUPS; index++) {
      for (int group = 0; group < GROUPS; group++) {
        double score = (coins(index)[group] ? 1 : 0) / 0.5 - (coins(index)[group] ? 0 : 1) / 0.5;
        policyGradient[group] += strange(coins(index)) * score / (1 << GROUPS);
      }
    }
    assertThat(ofEnumeration(GroupEffectsTest::strange).effect())
        .containsExactly(policyGradient, within(1e-12));
  }

  @Test
  void estimate_anyLossOverAllCoins_tellsTheVarianceOfVrPge() {
    double expected = ofEnumeration(GroupEffectsTest::strange).effect()[1];
    double square = 0;
    int draws = 1 << GROUPS;
    for (int one = 0; one < draws; one++) {
      for (int other = 0; other < draws; other++) {
        double difference = strange(coins(one)) - strange(coins(other));
        double scores = (coins(one)[1] ? 2 : -2) - (coins(other)[1] ? 2 : -2);
        square += Math.pow(0.5 * difference * scores, 2) / (draws * draws);
      }
    }
    assertThat(ofEnumeration(GroupEffectsTest::strange).pairVariance())
        .as("of as many pairs as there were masks")
        .isCloseTo((square - expected * expected) / draws, within(1e-12));
  }

  @Test
  void estimate_noisyLosses_hasTheMeanAndTheVarianceThatItTells() {
    double[] truth = ofEnumeration(GroupEffectsTest::strange).effect();
    int repeats = 400;
    double[] mean = new double[GROUPS];
    double[] squares = new double[GROUPS];
    double[] told = new double[GROUPS];
    for (int repeat = 0; repeat < repeats; repeat++) {
      CounterRandom random = CounterRandom.of(3, Purpose.STRUCTURE_MASK, repeat);
      GroupEffects effects = new GroupEffects(GROUPS);
      for (int probe = 0; probe < 60; probe++) {
        boolean[] thinned = coins(random.nextInt(1 << GROUPS));
        effects.add(thinned, strange(thinned) + 0.3 * random.nextGaussian());
      }
      GroupEvidence estimate = effects.estimate().orElseThrow();
      for (int group = 0; group < GROUPS; group++) {
        double error = estimate.effect()[group] - truth[group];
        mean[group] += error / repeats;
        squares[group] += error * error / repeats;
        told[group] += estimate.variance()[group] / repeats;
      }
    }
    for (int group = 0; group < GROUPS; group++) {
      assertThat(mean[group]).isCloseTo(0, within(4 * Math.sqrt(squares[group] / repeats)));
      assertThat(told[group] / squares[group]).isBetween(0.7, 1.4);
    }
  }

  @Test
  void estimate_othersMatterMuch_isLessNoisyThanThePolicyGradient() {
    int repeats = 200;
    double ofRegression = 0;
    double ofPolicyGradient = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      CounterRandom random = CounterRandom.of(4, Purpose.STRUCTURE_MASK, repeat);
      GroupEffects effects = new GroupEffects(GROUPS);
      double policyGradient = 0;
      for (int probe = 0; probe < 60; probe++) {
        boolean[] thinned = coins(random.nextInt(1 << GROUPS));
        double loss = (thinned[0] ? 0.1 : 0) + (thinned[1] ? 1 : 0) + (thinned[2] ? 2 : 0);
        effects.add(thinned, loss + 0.1 * random.nextGaussian());
        policyGradient += loss * (thinned[0] ? 2 : -2) / 60;
      }
      ofRegression += Math.pow(effects.estimate().orElseThrow().effect()[0] - 0.1, 2);
      ofPolicyGradient += Math.pow(policyGradient - 0.1, 2);
    }
    assertThat(ofRegression).isLessThan(0.05 * ofPolicyGradient);
  }

  @Test
  void estimate_tooFewMasks_isEmpty() {
    GroupEffects effects = new GroupEffects(GROUPS);
    assertThat(effects.estimate()).isEmpty();
    for (int index = 0; index < 14; index++) {
      effects.add(coins(index), index);
    }
    assertThat(effects.estimate()).isEmpty();
    effects.add(coins(14), 14);
    assertThat(effects.estimate()).isPresent();
    effects.fade(0.5);
    assertThat(effects.estimate()).as("half as much is known").isEmpty();
  }

  @Test
  void estimate_groupThatIsNeverThinned_knowsNothingOfItAndTheRestOfTheOthers() {
    GroupEffects effects = new GroupEffects(GROUPS);
    for (int index = 0; index < 1 << GROUPS; index++) {
      boolean[] thinned = coins(index);
      thinned[2] = false;
      effects.add(thinned, (thinned[0] ? 1 : 0) + (thinned[1] ? 2 : 0));
    }
    GroupEvidence estimate = effects.estimate().orElseThrow();
    assertThat(estimate.effect()).containsExactly(new double[] {1, 2, 0, 0}, within(1e-12));
    assertThat(estimate.variance()[2]).isInfinite();
    assertThat(estimate.variance()[1]).isFinite();
  }

  @Test
  void estimate_groupsThatAreAlwaysThinnedTogether_isEmpty() {
    GroupEffects effects = new GroupEffects(GROUPS);
    for (int index = 0; index < 64; index++) {
      boolean[] thinned = coins(index);
      thinned[1] = thinned[0];
      effects.add(thinned, 1);
    }
    assertThat(effects.estimate()).isEmpty();
  }

  @Test
  void restore_moments_goesOnAlike() {
    GroupEffects one = new GroupEffects(GROUPS);
    for (int index = 0; index < 1 << GROUPS; index++) {
      one.add(coins(index), strange(coins(index)));
    }
    GroupEffects other = new GroupEffects(GROUPS);
    other.restore(one.moments());
    one.add(coins(5), 2);
    other.add(coins(5), 2);
    assertThat(Arrays.equals(one.moments(), other.moments())).isTrue();
    assertThat(other.estimate().orElseThrow().effect())
        .containsExactly(one.estimate().orElseThrow().effect());
  }
}
