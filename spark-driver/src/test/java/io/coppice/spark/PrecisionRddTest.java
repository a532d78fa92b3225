package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.ConfigException;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionRddTest {

  private static final Map<String, String> BFLOAT16 = Map.of("training.precision", "bfloat16");

  @TempDir Path directory;

  @Test
  void require_bfloat16OnExecutorsThatWouldEmulateIt_refusesWithTheirInstructions()
      throws IOException {
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker(Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"));
      SparkConf conf = SmallRun.sparkConf(cluster.url());
      StandaloneCluster.settings(Map.of()).forEach(conf::set);
      try (JavaSparkContext spark =
              new JavaSparkContext(SparkSettings.apply(conf, SmallRun.config(BFLOAT16)));
          SparkJobs jobs = new SparkJobs(spark, 0, new StopRequest())) {
        PrecisionRdd.require(jobs, Precision.FLOAT32);
        assertThatThrownBy(() -> PrecisionRdd.require(jobs, Precision.BFLOAT16))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("training.precision")
            .hasMessageContaining("avx2")
            .hasMessageContaining("say float32");
        // Executors that were not there yet when they were asked.
        assertThatThrownBy(
                () -> SmallRun.run(spark, BFLOAT16, StepHook.NONE, report -> {}, Continuation.NONE))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("training.precision");
      }
    }
  }

  @Test
  void require_localMode_asksThisProcessor() {
    try (JavaSparkContext spark =
            new JavaSparkContext(
                SparkSettings.apply(SmallRun.sparkConf("local[1]"), SmallRun.config(BFLOAT16)));
        SparkJobs jobs = new SparkJobs(spark, 0, new StopRequest())) {
      if (KernelContext.hasBfloat16()) {
        assertThatCode(() -> PrecisionRdd.require(jobs, Precision.BFLOAT16))
            .doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> PrecisionRdd.require(jobs, Precision.BFLOAT16))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining(KernelContext.instructionSet());
      }
    }
  }
}
