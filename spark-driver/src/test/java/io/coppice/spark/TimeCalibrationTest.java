package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.config.ConfigException;
import io.coppice.report.BudgetReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.TimeReport;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.io.FileUtils;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose budget is one of time, which is measured before they begin. */
class TimeCalibrationTest {

  @TempDir Path directory;

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            SparkSettings.apply(SmallRun.sparkConf("local[2]"), SmallRun.config(Map.of())));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** What a training was told of times; stops it after some rounds. */
  private static final class Recorder implements RunListener {
    private final List<TimeReport> times = new ArrayList<>();
    private final List<String> cautions = new ArrayList<>();
    private final long lastRound;
    private @Nullable Training training;

    Recorder(long lastRound) {
      this.lastRound = lastRound;
    }

    TrainingResult run(Trainer trainer) throws IOException {
      Training prepared =
          trainer.listener(this).prepare(SmallRun.images(), spark.hadoopConfiguration());
      training = prepared;
      return prepared.run(spark);
    }

    @Override
    public void timed(TimeReport report) {
      times.add(report);
    }

    @Override
    public void cautioned(String caution) {
      cautions.add(caution);
    }

    @Override
    public void roundEnded(RoundReport report) {
      if (report.round() == lastRound && training != null) {
        training.stop();
      }
    }
  }

  private static Trainer trainer(String strategy, String budget) {
    return Trainer.of(
        SmallRun.config(
            Map.of(
                "structure.strategy",
                strategy,
                "structure.cost",
                "time",
                "structure.budget",
                budget,
                "finish.fineTuneEpochs",
                "0")));
  }

  @Test
  void train_stoppedThenTwiceOn_neverTimesAgainAndComesToTheSameBits() throws IOException {
    Path output = directory.resolve("run");
    // On a busy machine, little of what is timed depends on the channels.
    Trainer trainer = trainer("shares", "0.95");
    Recorder first = new Recorder(1);
    assertThatThrownBy(() -> first.run(trainer.output(output.toString())))
        .isInstanceOf(StoppedException.class);
    assertThat(first.times).hasSize(1);
    TimeReport times = first.times.get(0);
    assertThat(times.denseMillis()).isGreaterThan(times.leastMillis()).isPositive();
    assertThat(times.medianError()).isBetween(0.0, times.largestError());

    Path copy = directory.resolve("copy");
    FileUtils.copyDirectory(output.toFile(), copy.toFile());
    CostModel kept = roundTime(output);
    Recorder second = new Recorder(-1);
    TrainingResult result = second.run(trainer.output(output.toString()));
    Recorder third = new Recorder(-1);
    TrainingResult again = third.run(trainer.output(copy.toString()));
    assertThat(second.times).isEmpty();
    assertThat(third.times).isEmpty();
    SmallRun.assertSameBits(again, result);

    BudgetReport budget = Objects.requireNonNull(result.summary().budget());
    Mask full = Mask.full(result.model().network().groupChannels());
    assertThat(budget.dense()).isEqualTo(kept.cost(full));
    assertThat(budget.limit()).isCloseTo(0.95 * budget.dense(), within(1e-9));
    assertThat(budget.kept())
        .isEqualTo(kept.cost(result.model().mask()))
        .isLessThanOrEqualTo(budget.limit());
    assertThat(new Recorder(-1).run(trainer.output(output.toString())).summary())
        .as("read back")
        .isEqualTo(result.summary());
  }

  private static CostModel roundTime(Path output) throws IOException {
    try (RunDirectory run = RunDirectory.open(output.toString(), spark.hadoopConfiguration())) {
      CostModel ofCheckpoint =
          Objects.requireNonNull(new StoredRun(run).description().source().roundTime());
      assertThat(new StoredRun(run).roundTimes())
          .hasValueSatisfying(times -> assertThat(times.millis()).isEqualTo(ofCheckpoint));
      return ofCheckpoint;
    }
  }

  @Test
  void train_amountThatNoMaskMeets_refusedBeforeTheFirstRoundWithWhatWasMeasured() {
    Recorder recorder = new Recorder(-1);
    assertThatThrownBy(() -> recorder.run(trainer("uniform", "0.001 ms")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .asString()
                    .contains("'structure.budget' (0.001 ms) cannot be met", "ms a round"));
    assertThat(recorder.times).hasSize(1);
  }

  private static Trainer timedBy(Path run, String budget, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "structure.strategy",
                "uniform",
                "structure.cost",
                "time",
                "structure.budget",
                budget,
                "structure.times",
                run.toString(),
                "finish.fineTuneEpochs",
                "0"));
    settings.putAll(more);
    return Trainer.of(SmallRun.config(settings));
  }

  @Test
  void train_timesOfAnotherRun_timesNothingAndComesToTheSameBits() throws IOException {
    Path timed = directory.resolve("timed");
    TrainingResult first =
        new Recorder(-1).run(trainer("uniform", "0.95").output(timed.toString()));
    CostModel times = roundTime(timed);
    // Whoever has a copy of the result alone has the times.
    FileUtils.deleteDirectory(timed.resolve("checkpoints").toFile());
    Path output = directory.resolve("again");
    Recorder recorder = new Recorder(-1);
    Trainer trainer = timedBy(timed, "0.95", Map.of()).output(output.toString());
    TrainingResult again = recorder.run(trainer);
    assertThat(recorder.times).isEmpty();
    assertThat(recorder.cautions).isEmpty();
    assertThat(roundTime(output)).isEqualTo(times);
    SmallRun.assertSameBits(again, first);

    Path moved = directory.resolve("moved");
    FileUtils.moveDirectory(timed.toFile(), moved.toFile());
    assertThat(
            new Recorder(-1)
                .run(timedBy(moved, "0.95", Map.of()).output(output.toString()))
                .summary())
        .as("the same times elsewhere")
        .isEqualTo(again.summary());
    assertThatThrownBy(
            () -> new Recorder(-1).run(trainer("uniform", "0.95").output(output.toString())))
        .hasMessageContaining("the times of a round: the SHA-256 was")
        .hasMessageContaining("and is (none)");
  }

  @Test
  void train_timesOfOtherSettings_cautionsWithBoth() throws IOException {
    Path timed = directory.resolve("timed");
    new Recorder(-1).run(trainer("uniform", "0.95").output(timed.toString()));
    Recorder recorder = new Recorder(-1);
    recorder.run(timedBy(timed, "0.95", Map.of("distribution.wire", "bfloat16")));
    assertThat(recorder.cautions)
        .singleElement()
        .asString()
        .contains(timed.toString(), "distribution.wire float32 there, bfloat16 here");
  }

  @Test
  void train_timesThatCannotCount_refusedBeforeAnyImageIsRead() throws IOException {
    Path untimed = directory.resolve("untimed");
    Trainer.of(SmallRun.config(Map.of("finish.fineTuneEpochs", "0")))
        .output(untimed.toString())
        .train(spark, SmallRun.images());
    assertRefused(timedBy(untimed, "0.95", Map.of()), "has no times", "structure.cost time");
    assertRefused(timedBy(directory.resolve("none"), "0.95", Map.of()), "there is no file");
    assertRefused(
        timedBy(untimed.resolve("model"), "0.95", Map.of()), "is a directory, but no run's");
    assertRefused(
        timedBy(untimed.resolve("manifest.json"), "0.95", Map.of()), "name the directory of a run");
    assertThatThrownBy(() -> timedBy(untimed, "0.5", Map.of("structure.cost", "flops")))
        .hasMessageContaining("'structure.times' is for 'structure.cost' time, found flops");
  }

  @Test
  void train_timesOfAnotherNetwork_refusedWithBoth() throws IOException {
    Path timed = directory.resolve("timed");
    new Recorder(-1).run(trainer("uniform", "0.95").output(timed.toString()));
    assertThatThrownBy(
            () -> new Recorder(-1).run(timedBy(timed, "0.95", Map.of("network.width", "0.25"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("are of another network (resnet8");
  }

  private static void assertRefused(Trainer trainer, String... message) {
    assertThatThrownBy(() -> trainer.prepare(SmallRun.images(), spark.hadoopConfiguration()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'structure.times'")
        .hasMessageContainingAll(message);
  }

  @Test
  void train_dense_timesNothing() throws IOException {
    Recorder recorder = new Recorder(-1);
    TrainingResult result = recorder.run(trainer("dense", "0.5"));
    assertThat(recorder.times).isEmpty();
    assertThat(result.summary().budget()).isNull();
  }
}
