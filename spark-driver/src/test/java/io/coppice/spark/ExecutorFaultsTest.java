package io.coppice.spark;

import static io.coppice.spark.Fault.Kind.EXCEPTION;
import static io.coppice.spark.Fault.Kind.HANG;
import static io.coppice.spark.Fault.Kind.KILL;
import static io.coppice.spark.Fault.Kind.KILL_IN_NEXT_TASK;
import static io.coppice.spark.Fault.Kind.NATIVE_CRASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Faults of real executors, in JVMs of their own, and what the run makes of them. All runs share
 * one session, whose master starts another executor where one was lost.
 */
class ExecutorFaultsTest {

  private static final int EXECUTORS = 2;

  /** Sums are added up on executors, and all images lie in mapped files. */
  private static final Map<String, String> ON_EXECUTORS =
      Map.of("distribution.reduce", "executors", "distribution.imageMemory", "0");

  private static SmallRun.Outcome undisturbed;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    undisturbed = SmallRun.undisturbed(Map.of());
    SparkConf conf =
        SmallRun.sparkConf("local-cluster[" + EXECUTORS + ",1,1024]")
            // What a lost executor had written is soon given up.
            .set("spark.shuffle.io.maxRetries", "1")
            .set("spark.shuffle.io.retryWait", "200ms")
            // Shards whose executor is lost or hangs go to whoever is free.
            .set("spark.locality.wait", "200ms")
            .set("spark.scheduler.revive.interval", "100ms")
            .set(
                "spark.extraListeners",
                RepeatedStages.class.getName() + "," + TaskEnds.class.getName());
    spark = new JavaSparkContext(SparkSettings.apply(conf, SmallRun.config(Map.of())));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void awaitExecutors() {
    Executors.await(EXECUTORS);
    TaskEnds.forget();
  }

  @Test
  void run_tasksFailAndExecutorsAreKilledInMidRound_sameBits() throws IOException {
    assertSameBitsDespite(
        ON_EXECUTORS,
        new Fault(0, 1, 1, EXCEPTION),
        new Fault(1, 0, 1, KILL),
        new Fault(2, 0, 2, EXCEPTION),
        new Fault(3, 2, 1, KILL));
    assertThat(TaskEnds.lost()).contains(TaskEnds.round(1), TaskEnds.round(3));
  }

  @Test
  void run_executorKilledBetweenTheStagesOfAReduction_sameBits() throws IOException {
    int before = RepeatedStages.count();
    // Of three shards on two executors the last begins when another has ended.
    assertSameBitsDespite(ON_EXECUTORS, new Fault(1, 2, 1, KILL_IN_NEXT_TASK));
    assertThat(RepeatedStages.count()).as("stages that were repeated").isGreaterThan(before);
  }

  @Test
  void run_executorKilledWhileMasksAreJudged_sameBits() throws IOException {
    // The round is the last of its epoch, and a task that follows its last shard one of its end.
    assertSameBitsDespite(Map.of(), new Fault(2, 2, 1, KILL_IN_NEXT_TASK));
    assertThat(TaskEnds.lost()).contains("Coppice: epoch 1 of 2, train, the statistics of 1 mask");
  }

  @Test
  void run_sameShardCrashesThreeTimes_endsNamingShardAndExitCode() {
    assertThatThrownBy(() -> disturbed(Map.of(), new Fault(1, 1, 9, NATIVE_CRASH)))
        .isInstanceOf(ClusterLostException.class)
        .hasMessageContaining("epoch 1 of 2, round 2 of 6, train")
        .hasMessageContaining("Task 1 in stage")
        .hasMessageContaining("failed 3 times")
        .hasMessageContaining("134");
  }

  @Test
  void run_taskHangs_endsAtTheDeadlineWithItsStack() {
    assertThatThrownBy(
            () ->
                disturbed(
                    Map.of("distribution.roundDeadlineSeconds", "10"), new Fault(1, 2, 9, HANG)))
        .isInstanceOf(ClusterLostException.class)
        .hasMessageContaining(
            "epoch 1 of 2, round 2 of 6, train and probe did not end within the 10 seconds")
        .hasMessageContaining("task 2 (attempt 0) on executor")
        .hasMessageContaining("Fault.happen");
  }

  private static void assertSameBitsDespite(Map<String, String> overrides, Fault... faults)
      throws IOException {
    SmallRun.assertSameBitsAndImages(disturbed(overrides, faults), undisturbed);
  }

  private static SmallRun.Outcome disturbed(Map<String, String> overrides, Fault... faults)
      throws IOException {
    return SmallRun.run(
        spark, overrides, Fault.hook(List.of(faults)), report -> {}, Continuation.NONE);
  }
}
