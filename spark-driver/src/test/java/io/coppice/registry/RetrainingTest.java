package io.coppice.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigReader;
import io.coppice.config.RunConfig;
import io.coppice.data.InvalidDataException;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.source.MemorySource;
import io.coppice.source.SampleImages;
import io.coppice.spark.SmallRun;
import io.coppice.spark.StoppedException;
import io.coppice.spark.Training;
import io.coppice.spark.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrainings of a program. */
class RetrainingTest {

  private static final RunConfig CONFIG =
      ConfigReader.read(
          "test",
          "",
          Map.of(
              "network.name", "resnet8",
              "network.width", "0.25",
              "training.epochs", "2",
              "training.batchSize", "50",
              "finish.candidates", "1",
              "finish.fineTuneEpochs", "0",
              // What is tested here is what happens, not how good a model is.
              "retrain.tolerance", "0.5",
              "retrain.significance", "0.5"));

  private static JavaSparkContext spark;

  @TempDir Path directory;
  private Registry registry;

  @BeforeAll
  static void start() {
    spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @BeforeEach
  void open() throws IOException {
    registry = Registry.open(directory.resolve("registry").toString(), new Configuration());
  }

  private Retraining retraining(MemorySource images, RunListener listener) {
    return new Retraining(registry, CONFIG, images, new Configuration(), listener, false);
  }

  private Retraining.Outcome run(String id) throws IOException {
    return retraining(SampleImages.first(600, 200), RunListener.NONE)
        .run(id, false, () -> spark, RetrainingTest::run);
  }

  private static TrainingResult run(Training training) throws IOException {
    return training.run(spark);
  }

  /** Stops a retraining after its first round. */
  private void begin(String id) throws IOException {
    Training[] started = new Training[1];
    RunListener stopping =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            started[0].stop();
          }
        };
    assertThatThrownBy(
            () ->
                retraining(SampleImages.first(600, 200), stopping)
                    .run(
                        id,
                        false,
                        () -> spark,
                        training -> {
                          started[0] = training;
                          return training.run(spark);
                        }))
        .isInstanceOf(StoppedException.class);
  }

  @Test
  void run_noImagesToTestBy_refusedBeforeItTrains() throws IOException {
    assertThatThrownBy(
            () ->
                retraining(SampleImages.first(300, 0), RunListener.NONE)
                    .run("night", false, () -> spark, RetrainingTest::run))
        .isInstanceOf(InvalidDataException.class);
    assertThat(registry.decision("night")).isEmpty();
    assertThat(registry.current()).isZero();
    assertThatThrownBy(
            () ->
                retraining(SampleImages.first(300, 0), RunListener.NONE)
                    .run("night", false, () -> spark, RetrainingTest::run))
        .isInstanceOf(InvalidDataException.class);
    assertThat(registry.history()).as("begun once").hasSize(1);
  }

  @Test
  void run_nameThatLeadsOutside_refused() {
    for (String id : List.of("../night", ".hidden", "a/b", "x".repeat(101))) {
      assertThatThrownBy(() -> run(id)).isInstanceOf(ConfigException.class);
    }
  }

  @Test
  void run_stoppedAndRolledBackMeanwhile_goesOnFromItsBaseAndIsComparedWithTheCurrentModel()
      throws IOException {
    assertThat(run("first").promoted()).isTrue();
    assertThat(run("second").promoted()).isTrue();
    begin("third");
    try (var owner = registry.claim(false)) {
      registry.rollBack(owner, 1, "a test");
    }
    HistoryEntry third = run("third").decision();
    assertThat(third.base()).isEqualTo(2);
    assertThat(third.why()).contains("of version 1 on the same 200 images");
    assertThat(registry.version(3).base()).isEqualTo(2);
    assertThat(registry.history())
        .extracting(HistoryEntry::run)
        .filteredOn("third"::equals)
        .hasSize(2);
    Retraining.Outcome again = run("third");
    assertThat(again.before()).isTrue();
    assertThat(again.decision().number()).isEqualTo(third.number());
    assertThat(again.decision().why()).isEqualTo(third.why());
  }
}
