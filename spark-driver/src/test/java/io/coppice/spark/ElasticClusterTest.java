package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that come and go between rounds, on a standalone cluster. */
class ElasticClusterTest {

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
                      // An executor that came early holds images that Spark sorted there.
                      "spark.dynamicAllocation.shuffleTracking.timeout", "2s",
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
                if (Executors.count() == 2 && !removed.get()) {
                  Executors.await(1);
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
        Executors.await(3);
      } else if (report.round() == 3) {
        cluster.killWorker();
        cluster.killWorker();
        Executors.await(1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
