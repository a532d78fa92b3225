package io.coppice.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import org.junit.jupiter.api.Test;

class RunPlanTest {

  private static final Network VGG = NetworkCatalogue.create("vgg16", new Shape(3, 32, 32), 10, 1);
  private static final RoundModel MODEL = new RoundModel(RoundSpeeds.MEASURED);
  private static final int BATCH = 512;
  private static final long IMAGE_BYTES = 50_000L * 3072;
  private static final RunPlan.Run RUN =
      new RunPlan.Run(VGG, Precision.FLOAT32, IMAGE_BYTES, BATCH);

  private static RunLoad load(int shards) {
    Mask full = Mask.full(VGG.groupChannels());
    RoundLoad settled =
        RoundLoad.of(
            VGG, RoundMasks.of(new StepMasks(full)), shards, BATCH / shards, Precision.FLOAT32);
    RoundLoad probed =
        RoundLoad.of(
            VGG,
            RoundMasks.of(new StepMasks(full, full)),
            shards,
            BATCH / shards,
            Precision.FLOAT32);
    return new RunLoad(probed, 0, probed, 0.25, settled, 1000, 100);
  }

  private static RunPlan plan(int shards, String cluster, boolean addedOnExecutors) {
    return RunPlan.of(
        RUN, load(shards), ClusterDescription.parse(cluster), MODEL, addedOnExecutors);
  }

  @Test
  void load_ofMasks_countsPassesAndBytes() {
    RunLoad load = load(8);
    assertThat(load.probed().passFlops())
        .isCloseTo(4 / 3.0 * load.settled().passFlops(), within(1.0));
    // Dense VGG-16 for small images: 14.7 million weights, 0.63 GFLOP forward.
    assertThat(load.settled().modelBytes()).isBetween(58_000_000L, 60_000_000L);
    assertThat(load.settled().bytesOut()).isEqualTo(load.settled().modelBytes());
    assertThat(load.settled().bytesOfShard()).isGreaterThan(load.settled().modelBytes());
    assertThat(load.settled().passFlops()).isBetween(3 * 0.62e9, 3 * 0.64e9);
    assertThat(load.settled().images()).isEqualTo(BATCH);
    assertThat(load.withLocalSteps(4).rounds()).isEqualTo(250);
    assertThat(load.withShards(16).settled().imagesOfShard()).isEqualTo(BATCH / 16);
  }

  @Test
  void of_someCluster_addsUp() {
    RunPlan plan = plan(8, "8 executors, 1 cores, 16g, 10 Gbit/s", true);
    assertThat(plan.trainSeconds()).isCloseTo(1000 * plan.round().seconds(), within(1e-6));
    assertThat(plan.imagesPerSecond()).isCloseTo(BATCH / plan.round().seconds(), within(1e-6));
    assertThat(plan.bytesOut()).isCloseTo(8.0 * load(8).settled().bytesOut(), within(1.0));
    assertThat(plan.bytesToDriver()).isCloseTo(load(8).settled().bytesOfShard(), within(1.0));
    assertThat(plan.timesOneExecutor()).isBetween(1.0, 8.0);
    assertThat(plan.heapMiB() + plan.memory().executorOverhead()).isEqualTo(16 << 10);
    assertThat(plan.imagesFit(0.3)).isTrue();
    assertThat(plan.imagesFit(0.0)).isFalse();
    assertThat(plan.sparkSettings())
        .contains("spark.executor.instances=8", "spark.executor.memory=" + plan.heapMiB() + "m");
  }

  @Test
  void of_driverAddsUpOverASlowLink_advisesExecutorsAndLocalSteps() {
    RunPlan plan = plan(32, "8 executors, 4 cores, 16g, 1 Gbit/s", false);
    assertThat(plan.advice())
        .anyMatch(advice -> advice.startsWith("distribution.reduce=executors"));
    assertThat(plan.advice()).anyMatch(advice -> advice.contains("distribution.localSteps="));
    assertThat(plan.memory().driverHeap())
        .isGreaterThan(plan(32, "8 executors, 4 cores, 16g, 1 Gbit/s", true).memory().driverHeap());
  }

  @Test
  void of_fewerShardsThanCores_advisesAShardACore() {
    assertThat(plan(2, "4 executors, 4 cores, 16g, 25 Gbit/s", true).advice())
        .anyMatch(advice -> advice.startsWith("distribution.shards=16"));
    assertThat(plan(16, "4 executors, 4 cores, 16g, 25 Gbit/s", true).advice())
        .noneMatch(advice -> advice.contains("distribution.shards"));
  }

  @Test
  void of_coresThatDoNotDivideTheBatch_advisesShardsThatDo() {
    assertThat(plan(2, "3 executors, 5 cores, 16g, 25 Gbit/s", true).advice())
        .anyMatch(advice -> advice.startsWith("distribution.shards=8,"));
  }

  @Test
  void of_manyExecutorsAndLargeWeights_advisesSmallerBlocks() {
    assertThat(plan(64, "64 executors, 1 cores, 16g, 1 Gbit/s", true).advice())
        .anyMatch(advice -> advice.startsWith("--conf spark.broadcast.blockSize="));
  }

  @Test
  void text_anyDuration_hasAUnitThatFits() {
    assertThat(Durations.text(3.25)).isEqualTo("3.3 s");
    assertThat(Durations.text(600)).isEqualTo("10.0 min");
    assertThat(Durations.text(36_000)).isEqualTo("10.0 h");
  }
}
