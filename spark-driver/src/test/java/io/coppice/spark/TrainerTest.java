package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.ConfigException;
import io.coppice.config.RunConfig.OnBadImage;
import io.coppice.data.InvalidDataException;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.report.SummaryText;
import io.coppice.source.ImageSource;
import io.coppice.source.SampleImages;
import io.coppice.source.SourceImages;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The entry of every program that trains. */
class TrainerTest {

  @TempDir Path directory;

  /** Before a Spark is there: there can be one only. */
  @BeforeAll
  static void trainUndisturbed() throws IOException {
    SmallRun.undisturbed(Map.of());
  }

  @Test
  void train_withoutDirectory_keepsNothingAndGivesTheModel() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void epochEnded(EpochReport report) {
            epochs.add(report);
          }
        };
    try (JavaSparkContext spark = spark()) {
      TrainingResult result = trainer().listener(listener).train(spark.sc(), SmallRun.images());
      assertSameAsUndisturbed(result);
    }
    assertThat(epochs).hasSize(3);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void train_oneTrainerTwice_sameModelTwice() throws IOException {
    Trainer trainer = trainer();
    try (JavaSparkContext spark = spark()) {
      assertSameAsUndisturbed(trainer.train(spark, SmallRun.images()));
      assertSameAsUndisturbed(trainer.train(spark, SmallRun.images()));
    }
  }

  @Test
  void train_stoppedThenAgain_goesOnToTheSameModelWhichIsReadBackFromThenOn() throws IOException {
    Path output = directory.resolve("run");
    Trainer trainer = trainer().output(output.toString());
    try (JavaSparkContext spark = spark()) {
      List<Training> running = new ArrayList<>();
      List<Long> wentOn = new ArrayList<>();
      RunListener stopper =
          new RunListener() {
            @Override
            public void roundEnded(RoundReport report) {
              if (report.round() == 1) {
                running.get(0).stop();
              }
            }

            @Override
            public void wentOn(long rounds, String where) {
              assertThat(where).isEqualTo(output.toString());
              wentOn.add(rounds);
            }
          };
      running.add(
          trainer.listener(stopper).prepare(SmallRun.images(), spark.hadoopConfiguration()));
      assertThatThrownBy(() -> running.get(0).run(spark)).isInstanceOf(StoppedException.class);
      assertThat(output.resolve("manifest.json")).doesNotExist();

      Training again =
          trainer
              .listener(
                  new RunListener() {
                    @Override
                    public void wentOn(long rounds, String where) {
                      wentOn.add(rounds);
                    }
                  })
              .prepare(SmallRun.images(), spark.hadoopConfiguration());
      TrainingResult trained = again.run(spark);
      assertSameAsUndisturbed(trained);
      assertThat(wentOn).containsExactly(2L);
      assertThat(output.resolve("manifest.json")).exists();
      assertThat(output.resolve("model/compact.zip")).exists();

      List<String> complete = new ArrayList<>();
      RunListener reader =
          new RunListener() {
            @Override
            public void wasComplete(String where) {
              complete.add(where);
            }
          };
      TrainingResult readBack = trainer.listener(reader).train(spark, SmallRun.images());
      assertThat(complete).containsExactly(output.toString());
      assertSameAsUndisturbed(readBack);
      assertThat(readBack.model()).isEqualTo(trained.model());
      assertThat(readBack.summary()).isEqualTo(trained.summary());
      assertThatThrownBy(
              () ->
                  Trainer.of(SmallRun.config(Map.of("training.seed", "2")))
                      .output(output.toString())
                      .train(spark, SmallRun.images()))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("'training.seed' was 1 and is 2");
    }
  }

  @Test
  void train_reportCannotBeWritten_warnsAndLeavesAWholeResult() throws IOException {
    Path output = directory.resolve("run");
    Files.createDirectories(output.resolve("report.html/in-the-way"));
    List<String> warnings = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void warned(String problem) {
            warnings.add(problem);
          }
        };
    try (JavaSparkContext spark = spark()) {
      assertSameAsUndisturbed(
          trainer().output(output.toString()).listener(listener).train(spark, SmallRun.images()));
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("report.html could not be made, the result is whole without it");
    try (RunDirectory run = RunDirectory.open(output.toString(), new Configuration())) {
      assertThat(RunVerifier.verify(run).damaged()).isFalse();
    }
  }

  @Test
  void train_belowADirectory_eachDataSetHasItsOwnAndIsReadBackFromIt() throws IOException {
    Trainer trainer = trainer().outputUnder(directory.toString());
    try (JavaSparkContext spark = spark()) {
      TrainingResult first = trainer.train(spark, SmallRun.images());
      assertSameAsUndisturbed(first);
      TrainingResult second = trainer.train(spark, SampleImages.first(500, 50));
      assertThat(second.model()).isNotEqualTo(first.model());
      assertThat(directory.toFile().list())
          .hasSize(2)
          .allMatch(name -> name.matches("resnet8-[0-9a-f]{16}"));

      List<String> complete = new ArrayList<>();
      RunListener reader =
          new RunListener() {
            @Override
            public void wasComplete(String where) {
              complete.add(where);
            }
          };
      TrainingResult again = trainer.listener(reader).train(spark, SmallRun.images());
      assertThat(again.model()).isEqualTo(first.model());
      assertThat(complete).hasSize(1).allMatch(where -> where.startsWith(directory.toString()));
    }
  }

  @Test
  void train_noTestImages_testsNothingAndGoesOnLikewise() throws IOException {
    Path output = directory.resolve("run");
    ImageSource images = withoutTest(SmallRun.images());
    try (JavaSparkContext spark = spark()) {
      TrainingResult result = trainer().output(output.toString()).train(spark, images);
      assertThat(result.dense().parameters())
          .isEqualTo(SmallRun.undisturbed(Map.of()).result().dense().parameters());
      assertThat(result.summary().testAccuracy()).isNull();
      assertThat(result.summary().testLoss()).isNull();
      assertThat(result.summary().testImages()).isZero();
      assertThat(SummaryText.of(result.summary(), "d", "m")).contains("no images to test by");
      TrainingResult readBack = trainer().output(output.toString()).train(spark, images);
      assertThat(readBack.summary()).isEqualTo(result.summary());
      assertThatThrownBy(
              () ->
                  new ModelEvaluator(spark, spark.hadoopConfiguration())
                      .evaluate(result.model(), images, OnBadImage.FAIL))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("expected images to test by");
    }
  }

  private static ImageSource withoutTest(ImageSource images) {
    return new ImageSource() {
      @Override
      public String name() {
        return images.name();
      }

      @Override
      public SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException {
        SourceImages all = images.open(spark, hadoop);
        return new SourceImages(all.shape(), all.classes(), all.train(), null);
      }
    };
  }

  @Test
  void train_directoryIsLostAtTheEnd_leavesTheMetricsOfItsNewOwnerAlone() throws IOException {
    Path output = directory.resolve("run");
    Path metrics = output.resolve("metrics.jsonl");
    // A file that cannot be written is written whole at the end.
    Files.createDirectories(metrics);
    RunListener thief =
        new RunListener() {
          @Override
          public void phaseStarted(RunPhase phase, long firstRound, long rounds) {
            if (phase == RunPhase.MEASURE) {
              awaitOneCheckpoint(output);
              files(output.resolve("owner")).forEach(TrainerTest::delete);
              delete(metrics);
              write(metrics, "of the new owner");
            }
          }
        };
    try (JavaSparkContext spark = spark()) {
      Trainer trainer =
          Trainer.of(SmallRun.config(Map.of("checkpoint.everyRounds", "1", "checkpoint.keep", "1")))
              .output(output.toString())
              .listener(thief);
      assertThatThrownBy(() -> trainer.train(spark, SmallRun.images()))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining("taken over");
    }
    assertThat(metrics).hasContent("of the new owner");
    assertThat(output.resolve("model")).doesNotExist();
  }

  /** The last one is whole, and those before it are gone. */
  private static void awaitOneCheckpoint(Path run) {
    while (files(run.resolve("checkpoints")).stream()
            .filter(path -> !path.endsWith("metrics"))
            .count()
        > 1) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void prepare_settingUnderAnOldName_isReadAndTheListenerCautioned() throws IOException {
    List<String> cautions = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void cautioned(String reason) {
            cautions.add(reason);
          }
        };
    Trainer.of(Map.of("structure.pair", "sampled", "network.name", "resnet8"))
        .listener(listener)
        .prepare(SmallRun.images(), new Configuration())
        .close();
    assertThat(cautions).singleElement().asString().contains("structure.strategy: sampled");
  }

  @Test
  void prepare_whatDoesNotFit_isRefusedBeforeAnyJob() throws IOException {
    assertThatThrownBy(() -> Trainer.of(Map.of("training.epoch", "3", "structure.budget", "2")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("did you mean 'training.epochs'?");
    Files.writeString(directory.resolve("precious"), "work");
    try (JavaSparkContext spark = spark()) {
      Trainer trainer = trainer().output(directory.toString());
      assertThatThrownBy(() -> trainer.prepare(SmallRun.images(), spark.hadoopConfiguration()))
          .isInstanceOf(OutputInUseException.class);
      Trainer large = Trainer.of(SmallRun.config(Map.of("training.batchSize", "600")));
      assertThatThrownBy(() -> large.train(spark, SmallRun.images()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("training.batchSize");
    }
  }

  private static Trainer trainer() {
    return Trainer.of(SmallRun.config(Map.of()));
  }

  private static JavaSparkContext spark() {
    return new JavaSparkContext(
        SparkSettings.apply(SmallRun.sparkConf("local[2]"), SmallRun.config(Map.of())));
  }

  private static void assertSameAsUndisturbed(TrainingResult result) throws IOException {
    SmallRun.assertSameBits(result, SmallRun.undisturbed(Map.of()).result());
  }
}
