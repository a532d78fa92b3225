package io.coppice.spark;

import static io.coppice.spark.Fault.Kind.EXCEPTION;
import static io.coppice.spark.Fault.Kind.HANG;
import static io.coppice.spark.Fault.Kind.KILL;
import static io.coppice.spark.Fault.Kind.KILL_IN_NEXT_TASK;
import static io.coppice.spark.Fault.Kind.NATIVE_CRASH;
import static io.coppice.spark.Fault.Kind.SLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.report.RoundReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Faults of real executors, in JVMs of their own, and what the run makes of them. */
class ExecutorFaultsTest {

  private static final String TWO_EXECUTORS = "local-cluster[2,1,1024]";

  /** Sums are added up on executors, and all images lie in mapped files. */
  private static final Map<String, String> ON_EXECUTORS =
      Map.of("distribution.reduce", "executors", "distribution.imageMemory", "0");

  @Test
  void run_executorsKilledInMidRound_sameBits() throws IOException {
    assertSameBitsDespite(
        ON_EXECUTORS, Map.of(), new Fault(1, 0, 1, KILL), new Fault(3, 2, 1, KILL));
  }

  @Test
  void run_executorsKilledBetweenTheStagesOfAReduction_sameBits() throws IOException {
    // Of three shards on two executors the last begins when another has ended.
    assertSameBitsDespite(
        ON_EXECUTORS,
        Map.of(
            "spark.shuffle.io.maxRetries", "1",
            "spark.shuffle.io.retryWait", "1s",
            "spark.extraListeners", RepeatedStages.class.getName()),
        new Fault(1, 2, 1, KILL_IN_NEXT_TASK));
    assertThat(RepeatedStages.count()).as("stages that were repeated").isPositive();
  }

  @Test
  void run_executorKilledWhileMasksAreJudged_sameBits() throws IOException {
    LostTasks.forget();
    // The round is the last of its epoch, and a task that follows its last shard one of the epoch's
    // end.
    assertSameBitsDespite(
        Map.of(),
        Map.of("spark.extraListeners", LostTasks.class.getName()),
        new Fault(2, 2, 1, KILL_IN_NEXT_TASK));
    assertThat(LostTasks.ofJobs()).contains("the statistics of 1 mask");
  }

  @Test
  void run_taskFailsOnce_sameBits() throws IOException {
    assertSameBitsDespite(
        Map.of(), Map.of(), new Fault(0, 1, 1, EXCEPTION), new Fault(2, 0, 2, EXCEPTION));
  }

  @Test
  void run_slowShardIsSpeculated_sameBits() throws IOException {
    assertSameBitsDespite(
        ON_EXECUTORS,
        Map.of(
            "spark.speculation", "true",
            "spark.speculation.interval", "100ms",
            "spark.speculation.multiplier", "1.5",
            "spark.speculation.quantile", "0.5",
            "spark.speculation.minTaskRuntime", "100ms"),
        new Fault(1, 2, 1, SLOW),
        new Fault(3, 0, 1, SLOW));
  }

  @Test
  void run_sameShardCrashesThreeTimes_endsNamingShardAndExitCode() {
    assertThatThrownBy(() -> disturbed(Map.of(), Map.of(), new Fault(1, 1, 9, NATIVE_CRASH)))
        .isInstanceOf(ClusterLostException.class)
        .hasMessageContaining("round 1 (train)")
        .hasMessageContaining("Task 1 in stage")
        .hasMessageContaining("failed 3 times")
        .hasMessageContaining("134");
  }

  @Test
  void run_taskHangs_endsAtTheDeadlineWithItsStack() {
    assertThatThrownBy(
            () ->
                disturbed(
                    Map.of("distribution.roundDeadlineSeconds", "20"),
                    Map.of(),
                    new Fault(1, 2, 9, HANG)))
        .isInstanceOf(ClusterLostException.class)
        .hasMessageContaining("round 1 (train) did not end within the 20 seconds")
        .hasMessageContaining("task 2 (attempt 0) on executor")
        .hasMessageContaining("Fault.happen");
  }

  /** The undisturbed run adds up on the driver. */
  private static void assertSameBitsDespite(
      Map<String, String> overrides, Map<String, String> spark, Fault... faults)
      throws IOException {
    SmallRun.Outcome outcome = disturbed(overrides, spark, faults);
    SmallRun.Outcome undisturbed = SmallRun.undisturbed(Map.of());
    SmallRun.assertSameBits(outcome, undisturbed);
    assertThat(outcome.rounds().stream().map(RoundReport::images))
        .as("no image counted twice")
        .containsExactlyElementsOf(undisturbed.rounds().stream().map(RoundReport::images).toList());
  }

  private static SmallRun.Outcome disturbed(
      Map<String, String> overrides, Map<String, String> spark, Fault... faults)
      throws IOException {
    return SmallRun.run(
        TWO_EXECUTORS,
        overrides,
        spark,
        Fault.hook(List.of(faults)),
        report -> {},
        Continuation.NONE);
  }
}
