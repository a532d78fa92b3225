package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.onednn.KernelContext;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Same config, data and shards: the same bits, for any number of executors and cores. */
class DeterminismTest {

  @Test
  void run_sharedMasksOneTwoThreeCoresAndTwoExecutorJvms_sameBits() throws IOException {
    Map<String, String> shared = Map.of("distribution.masks", "shared");
    SmallRun.Outcome one = SmallRun.run("local[1]", shared);
    assertSame(one, SmallRun.run("local[2]", shared));
    SmallRun.Outcome onExecutors = SmallRun.run("local[3]", onExecutors(shared));
    assertSame(one, onExecutors);
    assertThat(onExecutors.rounds().get(0).bytesBack())
        .as("one sum instead of those of three shards")
        .isLessThan(one.rounds().get(0).bytesBack() / 2);
    List<List<String>> logs = new ArrayList<>();
    assertSame(
        one,
        SmallRun.run(
            "local-cluster[2,1,1024]",
            onExecutors(shared),
            Map.of(
                "spark.executor.defaultJavaOptions",
                "-Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties",
                "spark.scheduler.minRegisteredResourcesRatio",
                "1"),
            StepHook.NONE,
            report -> logs.add(ExecutorLogs.lines()),
            Continuation.NONE));
    assertRoundsLeaveHardlyALine(logs);
  }

  /** By Spark's own settings, an executor logs what its first tasks do, and little after that. */
  private static void assertRoundsLeaveHardlyALine(List<List<String>> logs) {
    int middle = logs.size() / 2;
    int last = logs.size() - 1;
    List<String> before = logs.get(middle);
    assertThat(before).anyMatch(line -> line.contains(" INFO "));
    assertThat(logs.get(last).size() - before.size())
        .as("lines of %s rounds:\n%s", last - middle, String.join("\n", logs.get(last)))
        .isLessThan(last - middle);
  }

  @Test
  void run_perShardSampledMasksInBfloat16OneTwoThreeCoresAndTwoExecutorJvms_sameBits()
      throws IOException {
    Map<String, String> perShard =
        Map.of(
            "distribution.masks",
            "per-shard",
            "distribution.wire",
            "bfloat16",
            "training.precision",
            KernelContext.hasBfloat16() ? "bfloat16" : "float32",
            "structure.strategy",
            "sampled",
            "structure.granularity",
            "1");
    SmallRun.Outcome one = SmallRun.run("local[1]", perShard);
    assertSame(one, SmallRun.run("local[2]", perShard));
    assertSame(one, SmallRun.run("local[3]", perShard));
    assertSame(one, SmallRun.run("local-cluster[2,1,1024]", onExecutors(perShard)));
  }

  private static Map<String, String> onExecutors(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("distribution.reduce", "executors");
    return all;
  }

  @Test
  void run_otherSeed_otherBits() throws IOException {
    SmallRun.Outcome one = SmallRun.run("local[2]", Map.of());
    SmallRun.Outcome other = SmallRun.run("local[2]", Map.of("training.seed", "2"));
    assertThat(other.result().dense().parameters()).isNotEqualTo(one.result().dense().parameters());
  }

  private static void assertSame(SmallRun.Outcome expected, SmallRun.Outcome actual) {
    assertThat(actual.result().dense().parameters())
        .containsExactly(expected.result().dense().parameters());
    assertThat(actual.result().dense().statistics())
        .containsExactly(expected.result().dense().statistics());
    assertThat(actual.result().probabilities()).containsExactly(expected.result().probabilities());
    assertThat(actual.result().compact().mask()).isEqualTo(expected.result().compact().mask());
    assertThat(losses(actual)).isEqualTo(losses(expected)).isNotEmpty();
    assertThat(actual.result().summary().testLoss())
        .isEqualTo(expected.result().summary().testLoss());
    assertThat(actual.epochs().stream().map(EpochReport::heldBackAccuracy))
        .containsExactlyElementsOf(
            expected.epochs().stream().map(EpochReport::heldBackAccuracy).toList());
  }

  private static List<Double> losses(SmallRun.Outcome outcome) {
    return outcome.rounds().stream().map(RoundReport::loss).toList();
  }
}
