package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StructureReportTest {

  @Test
  void histogram_everyProbability_countsInItsTenth() {
    assertThat(StructureReport.histogram(new double[] {0, 0.05, 0.1, 0.59, 0.9, 0.95, 1}))
        .containsExactly(2, 1, 0, 0, 0, 1, 0, 0, 0, 3);
    assertThat(StructureReport.histogram(new double[0])).hasSize(10).containsOnly(0);
  }
}
