package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void run_dynamicAllocation_addsAndRemovesExecutorsAndGivesTheSameBits() throws IOException {
    List<Integer> executors = new ArrayList<>();
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker();
      cluster.addWorker();
      SmallRun.Outcome outcome =
          SmallRun.run(
              cluster.url(),
              Map.of(),
              Map.of(
                  "spark.executor.memory", "700m",
                  "spark.executor.cores", "1",
                  "spark.dynamicAllocation.enabled", "true",
                  "spark.dynamicAllocation.shuffleTracking.enabled", "true",
                  "spark.dynamicAllocation.minExecutors", "1",
                  "spark.dynamicAllocation.maxExecutors", "2",
                  "spark.dynamicAllocation.schedulerBacklogTimeout", "1s",
                  "spark.dynamicAllocation.executorIdleTimeout", "2s",
                  "spark.dynamicAllocation.cachedExecutorIdleTimeout", "2s"),
              // Shards that wait for a slow one are a backlog; an executor without a shard is idle.
              Fault.hook(
                  List.of(
                      new Fault(1, 0, 1, Fault.Kind.SLOW), new Fault(4, 2, 1, Fault.Kind.SLOW))),
              report -> executors.add(executors()),
              Continuation.NONE);
      SmallRun.assertSameBits(outcome, SmallRun.undisturbed(Map.of()));
    }
    assertThat(executors).contains(2);
    assertThat(executors.subList(executors.indexOf(2), executors.size())).contains(1);
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
