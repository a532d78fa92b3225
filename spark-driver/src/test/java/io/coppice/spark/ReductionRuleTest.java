package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.config.RunConfig.Reduce;
import org.junit.jupiter.api.Test;

class ReductionRuleTest {

  private static final long MIB = 1 << 20;

  @Test
  void onExecutors_auto_whereTheModelSaysThatARoundIsShorter() {
    ReductionRule auto = new ReductionRule(Reduce.AUTO, false);
    assertThat(auto.onExecutors(1, 1024 * MIB)).as("there is nothing to add").isFalse();
    assertThat(auto.onExecutors(2, MIB / 2)).as("little to add").isFalse();
    assertThat(auto.onExecutors(16, 64 * MIB)).as("a gigabyte for the driver").isTrue();
  }

  @Test
  void onExecutors_autoOfMoreAndMoreShards_changesOnce() {
    ReductionRule auto = new ReductionRule(Reduce.AUTO, false);
    boolean before = false;
    for (int shards = 1; shards <= 256; shards *= 2) {
      boolean now = auto.onExecutors(shards, 8 * MIB);
      assertThat(now || !before).as("%s shards", shards).isTrue();
      before = now;
    }
    assertThat(before).isTrue();
  }

  @Test
  void onExecutors_autoInLocalMode_never() {
    assertThat(new ReductionRule(Reduce.AUTO, true).onExecutors(256, 22 * MIB)).isFalse();
  }

  @Test
  void onExecutors_configured_asConfigured() {
    for (boolean local : new boolean[] {false, true}) {
      assertThat(new ReductionRule(Reduce.EXECUTORS, local).onExecutors(1, 1)).isTrue();
      assertThat(new ReductionRule(Reduce.DRIVER, local).onExecutors(256, 22 * MIB)).isFalse();
    }
  }
}
