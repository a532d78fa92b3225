package io.coppice.strategy;

import static io.coppice.strategy.SimulatedTraining.CHANNELS;
import static io.coppice.strategy.SimulatedTraining.LIMIT;
import static io.coppice.strategy.SimulatedTraining.NETWORK;
import static io.coppice.strategy.SimulatedTraining.SPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.ChannelImportance;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Node;
import io.coppice.strategy.RankedStrategy.Criterion;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.UnitRanking;
import io.coppice.structure.UnitRanking.Across;
import io.coppice.train.RoundWork;
import io.coppice.train.StepSums;
import io.coppice.train.TakenRound;
import io.coppice.train.TrainingStart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankedStrategyTest {

  private static final CompactNetwork DENSE = CompactNetwork.dense(NETWORK);
  private static final Mask FULL = Mask.full(SPACE.groupChannels());

  /** Of the channels of both groups; the last three of each are the largest. */
  private static final float[] SCALES = {0.1f, -0.2f, 0.3f, -0.9f, 0.8f, 0.7f};

  private static RankedStrategy strategy(
      Criterion criterion, TrainingStart start, long rampRounds, int rounds, int averagedRounds) {
    return new RankedStrategy(
        criterion,
        SimulatedTraining.budget(rampRounds),
        NETWORK,
        () -> start,
        new RankedStrategy.Options(Across.GROUP, rounds, averagedRounds));
  }

  private static TrainingStart drawn() {
    return TrainingStart.drawn(NETWORK, 4);
  }

  private static TrainingStart trained() {
    TrainingStart start = drawn();
    setScales(DENSE.parameters(), start.values().parameters(), SCALES);
    return start;
  }

  private static void setScales(TensorLayout layout, float[] parameters, float[] scales) {
    for (Node node : NETWORK.nodes()) {
      if (node.name().endsWith(".norm")) {
        TensorLayout.Tensor tensor = layout.tensor(node.index(), Kind.SCALE);
        for (int i = 0; i < tensor.size(); i++) {
          parameters[tensor.offset() + i] = scales[tensor.outputs()[i]];
        }
      }
    }
  }

  private static Mask channels(int first, int count) {
    return Mask.builder(SPACE.groupChannels())
        .activate(0, first, count)
        .activate(1, first, count)
        .build();
  }

  private static Mask trainedIn(RankedStrategy strategy, long round) {
    RoundMasks masks = strategy.masks(round, 1);
    assertThat(masks.of(0, 0).probes()).isEmpty();
    return masks.of(0, 0).trained();
  }

  /** Takes a round with some weights and gradients of all channels. */
  private static void take(
      RankedStrategy strategy, long round, float[] parameters, float[] gradient) {
    RoundMasks masks = strategy.masks(round, 1);
    TakenRound taken = SimulatedTraining.taken(round, masks);
    Slicer slicer =
        new Slicer(DENSE.parameters(), CompactNetwork.of(NETWORK, masks.trained()).parameters());
    strategy.learn(
        new TakenRound(
            new RoundWork(round, 0, 0, 0.1, masks, slicer.gather(parameters)),
            taken.results(),
            new StepSums(slicer.gather(gradient), taken.sums().statistics()),
            taken.networks()));
  }

  @Test
  void masks_magnitudesOfAFreshNetwork_areUniform() {
    RankedStrategy strategy = strategy(Criterion.MAGNITUDE, drawn(), 0, 20, 20);
    Budget budget = SimulatedTraining.budget(0);
    assertThat(trainedIn(strategy, 0))
        .isEqualTo(new MaskSelection(budget.space(), budget.cost()).uniform(LIMIT));
  }

  @Test
  void masks_magnitudesOfATrainedStart_keepTheLargestFromTheFirstRoundOn() {
    RankedStrategy strategy = strategy(Criterion.MAGNITUDE, trained(), 0, 20, 20);
    assertThat(trainedIn(strategy, 0)).isEqualTo(channels(3, 3));
    SimulatedTraining.takeRound(strategy, 0, 1);
    assertThat(trainedIn(strategy, 50)).as("settled").isEqualTo(channels(3, 3));
    assertThat(strategy.presentMask()).isEqualTo(channels(3, 3));
    assertThat(strategy.probabilities()).containsExactly(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
  }

  @Test
  void masks_startOfACompactNetwork_keepItsChannels() {
    CompactNetwork compact = CompactNetwork.of(NETWORK, channels(1, 4));
    TrainingStart start =
        TrainingStart.of(
            compact,
            new Slicer(DENSE.parameters(), compact.parameters())
                .gather(trained().values().parameters()),
            new float[compact.statistics().size()],
            1);
    // What it lacks has scales of 1, which nothing has learned.
    assertThat(trainedIn(strategy(Criterion.MAGNITUDE, start, 0, 20, 20), 0))
        .isEqualTo(Mask.builder(SPACE.groupChannels()).activate(0, 2, 3).activate(1, 2, 3).build());
  }

  @Test
  void masks_magnitudesWhileTheBudgetFalls_followTheWeightsAndNeverGrowAgain() {
    RankedStrategy strategy = strategy(Criterion.MAGNITUDE, trained(), 20, 5, 20);
    float[] parameters = drawn().values().parameters();
    Budget budget = SimulatedTraining.budget(20);
    Random random = new Random(1);
    Mask before = FULL;
    for (int round = 0; round < 25; round++) {
      Mask trained = trainedIn(strategy, round);
      assertThat(before.union(trained)).as("nothing comes back").isEqualTo(before);
      if (round % 5 == 0 && round <= 20) {
        Mask expected =
            new UnitRanking(SPACE, budget.cost(), Across.GROUP)
                .strongest(
                    round == 0
                        ? ones()
                        : ChannelImportance.ofUnits(
                            SPACE,
                            new ChannelImportance(NETWORK)
                                .magnitude(DENSE.parameters(), parameters)),
                    budget.limit().at(round),
                    before);
        assertThat(trained).as("round %d", round).isEqualTo(expected);
      } else {
        assertThat(trained).isEqualTo(before);
      }
      before = trained;
      float[] scales = new float[6];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = random.nextFloat();
      }
      setScales(DENSE.parameters(), parameters, scales);
      take(strategy, round, parameters, new float[parameters.length]);
    }
    assertThat(before.activeCount()).isEqualTo(LIMIT);
  }

  private static double[] ones() {
    double[] ones = new double[CHANNELS];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void masks_taylor_areDenseUntilEnoughGradientsWereSeenThenTheLargestOnAverage() {
    int averaged = 6;
    RankedStrategy strategy = strategy(Criterion.TAYLOR, drawn(), 0, 20, averaged);
    ChannelImportance importances = new ChannelImportance(NETWORK);
    Random random = new Random(2);
    List<double[]> seen = new ArrayList<>();
    for (int round = 0; round < averaged; round++) {
      assertThat(trainedIn(strategy, round)).isEqualTo(FULL);
      float[] parameters = randomValues(random);
      float[] gradient = randomValues(random);
      seen.add(
          ChannelImportance.ofUnits(
              SPACE, importances.taylor(DENSE.parameters(), parameters, gradient)));
      take(strategy, round, parameters, gradient);
    }
    double[] mean = new double[CHANNELS];
    for (double[] importance : seen) {
      for (int unit = 0; unit < CHANNELS; unit++) {
        mean[unit] += importance[unit];
      }
    }
    Mask expected =
        new UnitRanking(SPACE, SimulatedTraining.budget(0).cost(), Across.GROUP)
            .strongest(mean, LIMIT, FULL);
    assertThat(trainedIn(strategy, averaged)).isEqualTo(expected);
    take(strategy, averaged, randomValues(random), randomValues(random));
    assertThat(trainedIn(strategy, averaged + 30)).isEqualTo(expected);
  }

  @Test
  void learn_taylorOverMoreRoundsThanItAverages_letsTheNewestCountMost() {
    int averaged = 4;
    RankedStrategy strategy = strategy(Criterion.TAYLOR, drawn(), 100, 50, averaged);
    ChannelImportance importances = new ChannelImportance(NETWORK);
    Random random = new Random(3);
    double steps = SimulatedTraining.SHARDS;
    double[] expected = new double[CHANNELS];
    for (int round = 0; round < 12; round++) {
      float[] parameters = randomValues(random);
      float[] gradient = randomValues(random);
      double[] now =
          ChannelImportance.ofUnits(
              SPACE, importances.taylor(DENSE.parameters(), parameters, gradient));
      for (int unit = 0; unit < CHANNELS; unit++) {
        double share = round < averaged ? 1.0 / (round + 1) : 1.0 / averaged;
        expected[unit] = (1 - share) * expected[unit] + share * now[unit] / steps / steps;
      }
      take(strategy, round, parameters, gradient);
      assertThat(strategy.state().tensor("importance").doubles())
          .usingComparatorWithPrecision(1e-9)
          .containsExactly(expected);
    }
  }

  @Test
  void masks_taylorWithARamp_beginItAfterTheFirstGradients() {
    RankedStrategy strategy = strategy(Criterion.TAYLOR, drawn(), 10, 2, 5);
    int[] active = new int[18];
    for (int round = 0; round < active.length; round++) {
      active[round] = trainedIn(strategy, round).activeCount();
      SimulatedTraining.takeRound(strategy, round, 1);
    }
    assertThat(active[5]).isEqualTo(CHANNELS);
    assertThat(active[7]).isLessThan(CHANNELS).isGreaterThan(LIMIT);
    assertThat(active[15]).isEqualTo(LIMIT);
    assertThat(active).isSortedAccordingTo((left, right) -> right - left);
  }

  private static float[] randomValues(Random random) {
    float[] values = new float[DENSE.parameters().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
