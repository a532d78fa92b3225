package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.config.RunConfig.Reduce;
import org.junit.jupiter.api.Test;

class ReductionRuleTest {

  private static final long MIB = 1 << 20;

  @Test
  void onExecutors_auto_whereTheDriverWouldReceiveTooMuchBesidesOneSum() {
    ReductionRule auto = new ReductionRule(Reduce.AUTO, false);
    assertThat(auto.onExecutors(2, 22 * MIB)).isFalse();
    assertThat(auto.onExecutors(3, 22 * MIB)).isTrue();
    assertThat(auto.onExecutors(64, MIB / 2)).isFalse();
    assertThat(auto.onExecutors(256, MIB / 2)).isTrue();
    assertThat(auto.onExecutors(1, 1024 * MIB)).as("there is nothing to add").isFalse();
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
