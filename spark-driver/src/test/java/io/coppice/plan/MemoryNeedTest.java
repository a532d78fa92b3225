package io.coppice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.Precision;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {

  private static final int MIB = 1 << 20;
  private static final Network NETWORK =
      NetworkCatalogue.create("resnet20", new Shape(3, 32, 32), 10, 1);
  private static final ClusterDescription CLUSTER = new ClusterDescription(4, 2, 16L << 30, 10);

  private static MemoryNeed need(int shards, boolean addedOnExecutors) {
    RoundLoad load = new RoundLoad(shards, 1, 16, 1, 1, 1, 10L * MIB, 20L * MIB, 30L * MIB);
    return MemoryNeed.of(NETWORK, Precision.FLOAT32, load, 400L * MIB, CLUSTER, addedOnExecutors);
  }

  @Test
  void of_addedOnExecutors_driverTakesAsMuchForAnyNumberOfShards() {
    assertThat(need(256, true)).isEqualTo(need(8, true));
  }

  @Test
  void of_addedByTheDriver_driverHoldsEveryShardTwice() {
    assertThat(need(40, false).driverHeap() - need(8, false).driverHeap()).isEqualTo(2 * 32 * 20);
  }

  @Test
  void of_someCluster_countsTasksAndImagesOfAnExecutor() {
    MemoryNeed need = need(8, true);
    assertThat(need.executorImages()).isBetween(100L, 101L);
    assertThat(need.executorOverhead())
        .isEqualTo(MemoryNeed.JVM_MIB + 2 * MemoryNeed.ofTaskMiB(NETWORK, 16, Precision.FLOAT32));
    assertThat(need.executorHeap()).isGreaterThan(2 * 10 + 2 * 2 * 20);
  }
}
