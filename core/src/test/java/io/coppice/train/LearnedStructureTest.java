package io.coppice.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnedStructureTest {

  private static final StructureSpace SPACE = new StructureSpace(new int[] {6, 6}, 1);
  private static final CostModel CHANNELS =
      new CostModel(List.of(new Term(1, 0, CostModel.NONE), new Term(1, 1, CostModel.NONE)));
  private static final int LIMIT = 6;

  /**
   * A loss that falls with every useful channel: the first three of the first and the last three of
   * the second group.
   */
  private static double loss(Mask mask) {
    double loss = 3;
    for (int i = 0; i < 3; i++) {
      loss -= mask.isActive(0, i) ? 0.4 : 0;
      loss -= mask.isActive(1, 3 + i) ? 0.4 : 0;
    }
    return loss;
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 1", "true, 3", "false, 3"})
  void learn_someChannelsUseful_findsThemWithinTheBudget(boolean anchored, int pairs) {
    int rounds = 600;
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                anchored, 10, 0.02, 1, pairs, 0.012, new CubicRamp(12, LIMIT, 0), rounds, 1));
    for (int round = 0; round < rounds; round++) {
      List<MaskPair> masks = structure.pairs(round, 1);
      assertThat(masks).hasSize(pairs);
      RoundWork work = new RoundWork(round, 0, 0, 1, 0.1, masks, new float[0]);
      List<ShardResult> results = new ArrayList<>();
      for (int shard = 0; shard < 3; shard++) {
        MaskPair pair = work.pair(shard, 0);
        results.add(
            new ShardResult(
                shard,
                new double[] {loss(pair.trained())},
                new double[] {loss(Objects.requireNonNull(pair.probe()))},
                0,
                1,
                new float[0],
                new float[0],
                null,
                0));
      }
      structure.learn(work, results);
      double sum = 0;
      for (double s : structure.probabilities()) {
        assertThat(s).isBetween(0.0, 1.0);
        sum += s;
      }
      assertThat(sum).isLessThanOrEqualTo(LIMIT + 1e-6);
    }
    assertThat(structure.mostProbable().activeChannels(0)).containsExactly(0, 1, 2);
    assertThat(structure.mostProbable().activeChannels(1)).containsExactly(3, 4, 5);
  }

  @Test
  void pairs_anchored_holdsTheTrainedMaskWithinTheBudget() {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                true, 5, 0.02, 1, 1, 0.012, new CubicRamp(12, LIMIT, 0), 100, 1));
    Mask anchor = structure.pairs(0, 1).get(0).trained();
    assertThat(anchor.activeCount()).isEqualTo(LIMIT);
    for (int round = 1; round < 5; round++) {
      assertThat(structure.pairs(round, 1).get(0).trained()).isEqualTo(anchor);
      assertThat(structure.pairs(round, 1).get(0).probe()).isNotNull();
    }
  }

  @Test
  void pairs_afterTheLastLearningRound_fixTheMaskAndProbeNothing() {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                true, 5, 0.02, 1, 3, 0.012, new CubicRamp(12, LIMIT, 0), 7, 1));
    assertThat(structure.pairs(6, 1)).hasSize(3).allMatch(pair -> pair.probe() != null);
    assertThat(structure.pairs(7, 1)).containsExactly(new MaskPair(structure.mostProbable(), null));
    double[] before = structure.probabilities();
    MaskPair fixed = structure.pairs(7, 1).get(0);
    RoundWork work = new RoundWork(7, 0, 0, 1, 0.1, List.of(fixed), new float[0]);
    structure.learn(work, List.of(result(1, Double.NaN)));
    assertThat(structure.probabilities()).containsExactly(before);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void learn_probesEveryThirdRound_onlyThoseChangeTheProbabilities(boolean anchored) {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                anchored, 5, 0.02, 3, 1, 0.012, new CubicRamp(12, LIMIT, 0), 100, 1));
    for (int round = 0; round < 9; round++) {
      double[] before = structure.probabilities().clone();
      List<MaskPair> pairs = structure.pairs(round, 2);
      boolean probes = round % 3 == 0;
      assertThat(pairs).hasSize(2).allMatch(pair -> (pair.probe() != null) == probes);
      RoundWork work = new RoundWork(round, 0, 0, 1, 0.1, pairs.subList(0, 1), new float[0]);
      structure.learn(work, List.of(result(1, probes ? 2 : Double.NaN)));
      assertThat(Arrays.equals(structure.probabilities(), before)).isEqualTo(!probes);
    }
  }

  @Test
  void pairs_sameRoundTwice_sameMasks() {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                false, 1, 0.02, 1, 2, 0.012, new CubicRamp(12, LIMIT, 0), 100, 9));
    assertThat(structure.pairs(3, 1))
        .isEqualTo(structure.pairs(3, 1))
        .isNotEqualTo(structure.pairs(4, 1));
    assertThat(structure.pairs(3, 1).get(0)).isNotEqualTo(structure.pairs(3, 1).get(1));
  }

  @Test
  void pairs_severalLocalSteps_everyStepOfEveryShardHasDrawsOfItsOwn() {
    LearnedStructure structure = sampledByTwoShards();
    List<MaskPair> pairs = structure.pairs(3, 4);
    assertThat(pairs).hasSize(8).doesNotHaveDuplicates();
    assertThat(pairs.get(0)).isEqualTo(structure.pairs(3, 1).get(0));
  }

  @Test
  void restore_valuesOfAnotherMoment_goesOnTheSame() {
    LearnedStructure one = sampledByTwoShards();
    LearnedStructure other = sampledByTwoShards();
    for (int round = 0; round < 20; round++) {
      learnFromItsPairs(one, round);
    }
    other.restore(one.values());
    for (int round = 20; round < 40; round++) {
      learnFromItsPairs(one, round);
      learnFromItsPairs(other, round);
    }
    assertThat(other.probabilities()).containsExactly(one.probabilities());
    assertThat(other.values().moments()).containsExactly(one.values().moments());
    assertThat(other.mostProbable()).isEqualTo(one.mostProbable());
  }

  private static LearnedStructure sampledByTwoShards() {
    return new LearnedStructure(
        SPACE,
        CHANNELS,
        new LearnedStructure.Options(
            false, 1, 0.02, 1, 2, 0.012, new CubicRamp(12, LIMIT, 0), 100, 9));
  }

  private static void learnFromItsPairs(LearnedStructure structure, int round) {
    List<MaskPair> pairs = structure.pairs(round, 1);
    RoundWork work = new RoundWork(round, 0, 0, 1, 0.1, pairs, new float[0]);
    MaskPair pair = work.pair(0, 0);
    structure.learn(
        work, List.of(result(loss(pair.trained()), loss(Objects.requireNonNull(pair.probe())))));
  }

  @Test
  void candidates_count_areDistinctWithinTheBudgetTheMostProbableFirst() {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                true, 1, 0.02, 1, 1, 0.012, new CubicRamp(12, LIMIT, 0), 100, 9));
    List<Mask> candidates = structure.candidates(10);
    assertThat(candidates).hasSize(10).doesNotHaveDuplicates().startsWith(structure.mostProbable());
    assertThat(candidates).allMatch(mask -> mask.activeCount() <= LIMIT);
  }

  @Test
  void ramp_budgetFalls_probabilitiesFollow() {
    LearnedStructure structure =
        new LearnedStructure(
            SPACE,
            CHANNELS,
            new LearnedStructure.Options(
                true, 1, 0.02, 1, 1, 0.012, new CubicRamp(12, LIMIT, 10), 20, 9));
    assertThat(structure.pairs(0, 1).get(0).trained()).isEqualTo(Mask.full(SPACE.groupChannels()));
    for (int round = 0; round < 12; round++) {
      List<MaskPair> pairs = structure.pairs(round, 1);
      RoundWork work = new RoundWork(round, 0, 0, 1, 0.1, pairs, new float[0]);
      structure.learn(work, List.of(result(1, 1)));
    }
    assertThat(structure.pairs(12, 1).get(0).trained().activeCount()).isEqualTo(LIMIT);
  }

  private static ShardResult result(double loss, double probeLoss) {
    return new ShardResult(
        0,
        new double[] {loss},
        new double[] {probeLoss},
        0,
        1,
        new float[0],
        new float[0],
        null,
        0);
  }
}
