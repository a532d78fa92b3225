package io.coppice.train;

import static io.coppice.train.SmallNetwork.MASKS;
import static io.coppice.train.SmallNetwork.NETWORK;
import static io.coppice.train.SmallNetwork.NETWORKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class StatisticsEstimatorTest {

  private static final int BATCH = 4;
  private static final long EPOCH = 3;
  private static final NetworkExecutor EXECUTOR = new NetworkExecutor(NETWORK, BATCH);

  private final ModelState model = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 1);

  @AfterAll
  static void close() {
    EXECUTOR.close();
  }

  @Test
  void sums_severalMasks_sameBitsAsEachAlone() {
    StatisticsSums together = sums(MASKS, 0, 3);
    assertThat(together.minibatches()).isEqualTo(3);
    for (int mask = 0; mask < MASKS.size(); mask++) {
      assertThat(together.sums()[mask])
          .containsExactly(sums(List.of(MASKS.get(mask)), 0, 3).sums()[0]);
    }
  }

  @Test
  void means_sumsOfTwoShards_areTheMeanOverTheMinibatchesOfBoth() {
    List<float[]> means = sums(MASKS, 0, 3).plus(sums(MASKS, 1, 2)).means();
    for (int mask = 0; mask < MASKS.size(); mask++) {
      CompactNetwork compact = NETWORKS.of(MASKS.get(mask));
      List<float[]> all = new ArrayList<>(ofMinibatches(compact, 0, 3));
      all.addAll(ofMinibatches(compact, 1, 2));
      float[] found = means.get(mask);
      assertThat(found).hasSize(compact.statistics().size());
      for (int i = 0; i < found.length; i++) {
        int value = i;
        double mean = all.stream().mapToDouble(each -> each[value]).average().orElseThrow();
        assertThat(found[i]).isEqualTo((float) mean, within(1e-6f));
      }
    }
  }

  private StatisticsSums sums(List<Mask> masks, int shard, int steps) {
    return new StatisticsEstimator(EXECUTOR, NETWORK.inputShape().size())
        .sums(
            masks.stream().map(NETWORKS::of).toList(),
            Weights.of(NETWORKS, MASKS, model.parametersOf(MASKS)),
            minibatches(shard),
            EPOCH,
            steps);
  }

  private List<float[]> ofMinibatches(CompactNetwork compact, int shard, int steps) {
    Minibatches minibatches = minibatches(shard);
    List<float[]> all = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      float[] images = new float[BATCH * NETWORK.inputShape().size()];
      minibatches.fill(EPOCH, step, images, new int[BATCH]);
      float[] statistics = new float[compact.statistics().size()];
      EXECUTOR.batchStatistics(
          compact, Weights.of(NETWORKS, MASKS, model.parametersOf(MASKS)), images, statistics);
      all.add(statistics);
    }
    return all;
  }

  private static Minibatches minibatches(int shard) {
    return SmallNetwork.minibatches(SmallNetwork.images(100 * shard, 14), shard);
  }
}
