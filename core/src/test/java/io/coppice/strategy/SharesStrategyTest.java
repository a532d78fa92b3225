package io.coppice.strategy;

import static io.coppice.strategy.SimulatedTraining.SHARDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetworks;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.structure.StructureSpace;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class SharesStrategyTest {

  private static final StructureSpace SPACE =
      new StructureSpace(new int[] {40, 40}, 1, new boolean[] {true, false});
  private static final CostModel COST =
      new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));
  private static final CompactNetworks NETWORKS =
      new CompactNetworks(SimulatedTraining.network(40));
  private static final int ROUNDS = 600;
  private static final SharesStrategy.Options OPTIONS =
      new SharesStrategy.Options(2, 0.25, 6, 0.25, 3, 1.5, 2);

  private static SharesStrategy strategy(double[] importance, long ramp) {
    return new SharesStrategy(
        new Budget(SPACE, COST, new CubicRamp(80, 40, ramp)),
        new MaskDraws(5, true, SHARDS),
        new double[] {1, 1},
        importance,
        OPTIONS,
        ROUNDS);
  }

  private static Mask train(SharesStrategy strategy, ToDoubleFunction<Mask> loss) {
    for (int round = 0; round < ROUNDS; round++) {
      RoundMasks masks = strategy.masks(round, 1);
      strategy.learn(SimulatedTraining.taken(round, masks, loss, NETWORKS));
    }
    return strategy.presentMask();
  }

  @Test
  void learn_oneGroupIsWorthMuchMore_getsAllThatTheBoundAllows() {
    SharesStrategy strategy = strategy(new double[SPACE.units()], 0);
    assertThat(strategy.presentMask()).hasToString("20/40 20/40");
    Mask mask = train(strategy, m -> 8.0 / m.activeCount(0) + 0.4 / m.activeCount(1));
    assertThat(mask).as("at least half of an equal share").hasToString("30/40 10/40");
    assertThat(COST.cost(mask)).isEqualTo(40);
  }

  @Test
  void learn_groupsWorthTheSame_keepsEqualShares() {
    SharesStrategy strategy = strategy(new double[SPACE.units()], 0);
    Mask mask = train(strategy, m -> 4.0 / m.activeCount(0) + 4.0 / m.activeCount(1));
    assertThat(mask).hasToString("20/40 20/40");
  }

  @Test
  void learn_nothingButNoise_keepsEqualShares() {
    Mask mask = train(strategy(new double[SPACE.units()], 0), m -> (m.hashCode() % 1000) / 1000.0);
    assertThat(mask).hasToString("20/40 20/40");
  }

  @Test
  void masks_roundsThatProbe_evaluatePartsOfTheTrainedMaskOfEveryShardsOwn() {
    SharesStrategy strategy = strategy(new double[SPACE.units()], 0);
    RoundMasks masks = strategy.masks(0, 3);
    assertThat(masks.shared()).isFalse();
    assertThat(masks.all()).hasSize(3 * SHARDS);
    int thinned = 0;
    for (StepMasks step : masks.all()) {
      Mask probe = step.probes().get(0);
      assertThat(step.trained()).isEqualTo(strategy.presentMask());
      assertThat(probe.union(step.trained())).isEqualTo(step.trained());
      for (int group = 0; group < 2; group++) {
        assertThat(probe.activeCount(group)).isIn(15, 20);
        thinned += probe.activeCount(group) == 15 ? 1 : 0;
      }
    }
    assertThat(thinned).isBetween(1, 17);
    assertThat(strategy.masks(1, 3))
        .isEqualTo(RoundMasks.repeated(3, new StepMasks(strategy.presentMask())));
  }

  @Test
  void masks_importanceGiven_startWithTheMostImportantUnits() {
    double[] importance = new double[SPACE.units()];
    importance[SPACE.units() - 1] = 1;
    Mask mask = strategy(importance, 0).presentMask();
    assertThat(mask.isActive(1, 39)).isTrue();
    assertThat(mask.isActive(1, 18)).isTrue();
    assertThat(mask.isActive(1, 19)).isFalse();
  }

  @Test
  void readFromTheStart_always_isTheFirstMask() {
    SharesStrategy strategy = strategy(new double[SPACE.units()], 0);
    Mask first = strategy.presentMask();
    train(strategy, m -> 8.0 / m.activeCount(0) + 0.4 / m.activeCount(1));
    assertThat(strategy.presentMask()).isNotEqualTo(first);
    assertThat(strategy.readFromTheStart()).contains(first);
  }

  @Test
  void masks_budgetFallsAlongARamp_followAtEveryLook() {
    SharesStrategy strategy = strategy(new double[SPACE.units()], 300);
    assertThat(strategy.masks(0, 1).of(0, 0).trained()).isEqualTo(Mask.full(SPACE.groupChannels()));
    assertThat(COST.cost(strategy.presentMask())).isEqualTo(40);
    Mask mask = train(strategy, m -> 4.0 / m.activeCount(0) + 4.0 / m.activeCount(1));
    assertThat(mask.activeCount()).isEqualTo(40);
    assertThat(mask.activeCount(0)).as("in proportion").isBetween(19, 21);
  }
}
