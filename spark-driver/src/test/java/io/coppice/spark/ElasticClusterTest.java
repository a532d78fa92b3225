package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that come and go between rounds, on a standalone cluster. */
class ElasticClusterTest {

  /** An executor may take that long to come, on a slow machine. */
  private static final int SLOWEST_SECONDS = 30;

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
    AtomicInteger removed = new AtomicInteger();
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
                      "spark.dynamicAllocation.shuffleTracking.timeout", "1s",
                      "spark.dynamicAllocation.minExecutors", "1",
                      "spark.dynamicAllocation.maxExecutors", "2",
                      "spark.dynamicAllocation.schedulerBacklogTimeout", "1s",
                      "spark.dynamicAllocation.executorIdleTimeout", "1s",
                      "spark.dynamicAllocation.cachedExecutorIdleTimeout", "1s")),
              // Shards that wait for a slow one are a backlog, for which another executor comes.
              (round, shard, attempt) -> {
                if (round >= 1 && round <= 3) {
                  awaitAnotherExecutor();
                }
              },
              report -> {
                if (removed.get() < 2 && Executors.count() == 2) {
                  Executors.await(1);
                  removed.incrementAndGet();
                }
              },
              Continuation.NONE);
      SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
    }
    assertThat(removed).as("times that a second executor came and went").hasValue(2);
  }

  /** In a task: until there is an executor besides its own, for so long at most. */
  private static void awaitAnotherExecutor() {
    BlockManager blocks = SparkEnv.get().blockManager();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SLOWEST_SECONDS);
    while (blocks.master().getPeers(blocks.blockManagerId()).isEmpty()
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
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
