package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
              StandaloneCluster.settings(Map.of()),
              StepHook.NONE,
              report -> resize(cluster, report),
              Continuation.NONE);
      SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
    }
  }

  @Test
  void run_dynamicAllocation_addsAndRemovesExecutorsAndGivesTheSameBits() throws IOException {
    AtomicBoolean removed = new AtomicBoolean();
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker();
      cluster.addWorker();
      SmallRun.Outcome outcome =
          SmallRun.run(
              cluster.url(),
              Map.of(),
              StandaloneCluster.settings(
                  Map.of(
                      "spark.dynamicAllocation.enabled", "true",
                      "spark.dynamicAllocation.shuffleTracking.enabled", "true",
                      "spark.dynamicAllocation.minExecutors", "1",
                      "spark.dynamicAllocation.maxExecutors", "2",
                      "spark.dynamicAllocation.schedulerBacklogTimeout", "1s",
                      "spark.dynamicAllocation.executorIdleTimeout", "2s",
                      "spark.dynamicAllocation.cachedExecutorIdleTimeout", "2s")),
              // Shards that wait for a slow one are a backlog.
              Fault.hook(
                  List.of(
                      new Fault(1, 0, 1, Fault.Kind.SLOW),
                      new Fault(2, 0, 1, Fault.Kind.SLOW),
                      new Fault(3, 0, 1, Fault.Kind.SLOW))),
              report -> {
                if (executors() == 2 && !removed.get()) {
                  awaitExecutors(1);
                  removed.set(true);
                }
              },
              Continuation.NONE);
      SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
    }
    assertThat(removed).as("a second executor came and went").isTrue();
  }

  private static void resize(StandaloneCluster cluster, RoundReport report) {
    if (report.phase() != RunPhase.TRAIN) {
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitExecutors(int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (executors() != count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    assertThat(executors()).isEqualTo(count);
  }

  /** The driver is counted among them by Spark. */
  private static int executors() {
    return SparkContext.getOrCreate().statusTracker().getExecutorInfos().length - 1;
  }
}
