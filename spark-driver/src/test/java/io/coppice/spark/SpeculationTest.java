package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are slow, of which Spark starts other copies. */
class SpeculationTest {

  @TempDir Path directory;

  @Test
  void run_slowShardsAreSpeculated_sameBitsAndNothingCountedTwice() throws IOException {
    TaskEnds.forget();
    SmallRun.Outcome expected = SmallRun.undisturbed(Map.of());
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      // Spark never starts a copy on the same host.
      cluster.addWorker("127.0.0.1");
      cluster.addWorker("127.0.0.2");
      SmallRun.Outcome outcome =
          SmallRun.run(
              cluster.url(),
              Map.of("distribution.reduce", "executors", "distribution.imageMemory", "0"),
              StandaloneCluster.settings(
                  Map.of(
                      "spark.speculation", "true",
                      "spark.speculation.interval", "100ms",
                      "spark.speculation.multiplier", "1.5",
                      "spark.speculation.quantile", "0.5",
                      "spark.speculation.minTaskRuntime", "100ms",
                      "spark.scheduler.minRegisteredResourcesRatio", "1",
                      "spark.cores.max", "2",
                      "spark.extraListeners", TaskEnds.class.getName())),
              Fault.hook(
                  List.of(
                      new Fault(1, 2, 1, Fault.Kind.SLOW), new Fault(3, 0, 1, Fault.Kind.SLOW))),
              report -> {},
              Continuation.NONE);
      SmallRun.assertSameBitsAndImages(outcome, expected);
    }
    assertThat(TaskEnds.overtaken()).contains(TaskEnds.round(1), TaskEnds.round(3));
  }
}
