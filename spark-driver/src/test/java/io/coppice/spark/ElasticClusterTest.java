package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that come and go between rounds, on a standalone cluster. */
class ElasticClusterTest {

  private static final int PATIENCE_SECONDS = 90;

  @TempDir Path directory;

  @Test
  void run_oneThenThreeThenOneExecutor_sameBits() throws IOException {
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker();
      SmallRun.Outcome outcome =
          SmallRun.run(
              cluster.url(),
              Map.of(),
              Map.of("spark.executor.memory", "700m", "spark.executor.cores", "1"),
              StepHook.NONE,
              report -> resize(cluster, report),
              Continuation.NONE);
      SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
    }
  }

  private static void resize(StandaloneCluster cluster, RoundReport report) {
    if (!report.phase().equals("train")) {
      return;
    }
    try {
      if (report.round() == 1) {
        cluster.addWorker();
        cluster.addWorker();
        awaitExecutors(3);
      } else if (report.round() == 3) {
        cluster.killWorker();
        cluster.killWorker();
        awaitExecutors(1);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitExecutors(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (executors() != count && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(executors()).isEqualTo(count);
  }

  /** The driver is counted among them by Spark. */
  private static int executors() {
    return SparkContext.getOrCreate().statusTracker().getExecutorInfos().length - 1;
  }
}
