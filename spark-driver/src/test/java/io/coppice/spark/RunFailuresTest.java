package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.storage.Checkpoint;
import io.coppice.storage.Checkpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What ends a run, how it is told apart, and what is kept of the run. */
class RunFailuresTest {

  private static final long NEVER = -1;

  /** Before a Spark is there: there can be one only. */
  @BeforeAll
  static void trainUndisturbed() throws IOException {
    SmallRun.undisturbed(Map.of());
  }

  @Test
  void run_taskFailsByItself_isNoLostClusterAndHasTheTasksStack() {
    Throwable failure =
        catchThrowable(
            () ->
                SmallRun.run(
                    "local-cluster[1,2,1024]",
                    Map.of(),
                    Map.of(),
                    Fault.hook(List.of(new Fault(1, 0, 9, Fault.Kind.EXCEPTION))),
                    report -> {},
                    Continuation.NONE));
    assertThat(failure)
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("epoch 1 of 2, round 2 of 6, train and probe failed")
        .hasRootCauseMessage("a fault of the test's schedule");
    assertThat(java.util.Objects.requireNonNull(failure.getCause()).getStackTrace())
        .anySatisfy(frame -> assertThat(frame.getClassName()).isEqualTo(Fault.class.getName()));
  }

  @Test
  void run_sparkStopsBetweenRounds_isALostCluster() {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(NEVER);
    try (JavaSparkContext spark = spark()) {
      RunListener stopper =
          new RunListener() {
            @Override
            public void roundEnded(RoundReport report) {
              if (report.round() == 1) {
                spark.stop();
              }
            }
          };
      assertThatThrownBy(() -> run(spark, stopper, new StopRequest(), kept, Optional.empty()))
          .isInstanceOf(ClusterLostException.class)
          .hasMessageContaining("Spark has stopped");
    }
    assertThat(kept.last().orElseThrow().number()).isEqualTo(2);
  }

  /** As Spark does when a process wakes that was suspended for longer than its timeout. */
  @Test
  void run_sparkStrikesOffItsLocalExecutor_endsSayingWhyWithItsStateKept() {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(NEVER);
    try (JavaSparkContext spark = spark()) {
      RunListener striker =
          new RunListener() {
            @Override
            public void roundEnded(RoundReport report) {
              if (report.round() == 1) {
                spark.sc().env().blockManager().master().removeExecutor("driver");
              }
            }
          };
      assertThatThrownBy(() -> run(spark, striker, new StopRequest(), kept, Optional.empty()))
          .isInstanceOf(ClusterLostException.class)
          .hasMessageContaining("longer than spark.network.timeout, as when it is suspended")
          .hasMessageContaining("Stop the session and go on in another one");
    }
    assertThat(kept.last().orElseThrow().number()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void run_executorThatJoinsLaterLacksClasses_isRefusedAndTheStateKept() {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(NEVER);
    StepHook lacking =
        (round, shard, attempt) -> {
          if (round == 1) {
            throw new NoClassDefFoundError("org/bytedeco/dnnl/global/dnnl");
          }
        };
    assertThatThrownBy(
            () ->
                SmallRun.run(
                    "local[2]",
                    Map.of(),
                    Map.of(),
                    lacking,
                    report -> {},
                    new Continuation(kept, Optional.empty())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("executors need the jar of Coppice");
    assertThat(kept.last().orElseThrow().number()).isEqualTo(1);
  }

  @Test
  void run_stoppedAtTheEvaluationOfAnEpoch_goesOnWithThatEvaluation() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    StopRequest stop = new StopRequest();
    RunListener stopper =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            if (report.phase() == RunPhase.TRAIN && report.round() == 2) {
              stop.makeAtOnce();
            }
          }

          @Override
          public void epochEnded(EpochReport report) {
            epochs.add(report);
          }
        };
    assertGoesOnTo(stopper, stop, 3, epochs);
    EpochReport expected = SmallRun.undisturbed(Map.of()).epochs().get(0);
    assertThat(epochs).hasSize(3);
    assertThat(epochs.get(0).loss()).isEqualTo(expected.loss());
    assertThat(epochs.get(0).heldBackAccuracy()).isEqualTo(expected.heldBackAccuracy());
    assertThat(epochs.get(0).imagesPerSecond()).isPositive();
  }

  @Test
  void run_stoppedAtTheChoiceOfTheMask_goesOnWithTheChoice() throws IOException {
    StopRequest stop = new StopRequest();
    RunListener stopper =
        new RunListener() {
          @Override
          public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
            if (phase == RunPhase.CHOOSE) {
              stop.makeAtOnce();
            }
          }
        };
    assertGoesOnTo(stopper, stop, 6, new ArrayList<>());
  }

  @Test
  void run_stateCannotBeKeptAfterAFailure_theFailureStays() {
    Checkpoints full =
        new Checkpoints() {
          @Override
          public boolean isDue(long number) {
            return false;
          }

          @Override
          public void save(Checkpoint checkpoint) {
            // Nothing is due.
          }

          @Override
          public void saveNow(Checkpoint checkpoint) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public Optional<Checkpoint> last() {
            return Optional.empty();
          }
        };
    try (JavaSparkContext spark = spark()) {
      StopRequest stop = new StopRequest();
      RunListener stopper =
          new RunListener() {
            @Override
            public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
              stop.makeAtOnce();
            }
          };
      Throwable failure = catchThrowable(() -> run(spark, stopper, stop, full, Optional.empty()));
      assertThat(failure).isInstanceOf(StoppedException.class);
      assertThat(failure.getSuppressed())
          .singleElement()
          .satisfies(saving -> assertThat(saving).hasMessage("No space left on device"));
    }
  }

  @Test
  void train_ended_leavesTheSessionsPropertiesAsTheyWere() throws IOException {
    String key = "spark.job.interruptOnCancel";
    try (JavaSparkContext spark = spark()) {
      spark.setLocalProperty(key, "false");
      Trainer.of(SmallRun.config(Map.of("training.epochs", "1"))).train(spark, SmallRun.images());
      assertThat(spark.getLocalProperty(key)).isEqualTo("false");
    }
  }

  private static void assertGoesOnTo(
      RunListener stopper, StopRequest stop, long expectedRounds, List<EpochReport> epochs)
      throws IOException {
    InMemoryCheckpoints kept = new InMemoryCheckpoints(NEVER);
    try (JavaSparkContext spark = spark()) {
      assertThatThrownBy(() -> run(spark, stopper, stop, kept, Optional.empty()))
          .isInstanceOf(StoppedException.class);
      assertThat(kept.last().orElseThrow().number()).isEqualTo(expectedRounds);
      RunListener recorder =
          new RunListener() {
            @Override
            public void epochEnded(EpochReport report) {
              epochs.add(report);
            }
          };
      TrainingResult result =
          run(spark, recorder, new StopRequest(), Checkpoints.NONE, kept.last());
      SmallRun.assertSameBits(result, SmallRun.undisturbed(Map.of()).result());
    }
  }

  private static TrainingResult run(
      JavaSparkContext spark,
      RunListener listener,
      StopRequest stop,
      Checkpoints checkpoints,
      Optional<Checkpoint> from)
      throws IOException {
    RunConfig config = SmallRun.config(Map.of());
    return SmallRun.run(
        spark,
        config,
        NetworkSource.ofCatalogue(config.network()),
        listener,
        new Continuation(checkpoints, from),
        StepHook.NONE,
        stop);
  }

  private static JavaSparkContext spark() {
    return new JavaSparkContext(SmallRun.sparkConf("local[2]"));
  }
}
