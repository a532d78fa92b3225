package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coppice.data.InvalidDataException;
import io.coppice.report.DataReport;
import io.coppice.report.ExitCode;
import io.coppice.report.OutcomeReader;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunOutcome;
import io.coppice.source.ImageSource;
import io.coppice.source.SourceImages;
import io.coppice.storage.FaultyFileSystem;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trainings leave in their directory of how they ended, in every way that they can end. */
class OutcomeTest {

  private static final Map<String, String> SHORT =
      Map.of(
          "training.epochs", "1",
          "finish.fineTuneEpochs", "0",
          "finish.candidates", "1",
          "checkpoint.everyRounds", "1",
          "checkpoint.toleratedFailures", "0");

  @TempDir private Path temp;
  private Path output;
  private JavaSparkContext spark;

  @BeforeEach
  void start() {
    output = temp.resolve("run");
    spark = new JavaSparkContext(SmallRun.sparkConf("local[2]"));
  }

  @AfterEach
  void stop() {
    FaultyFileSystem.work();
    spark.close();
  }

  private Trainer trainer(Map<String, String> more) {
    Map<String, String> settings = new java.util.HashMap<>(SHORT);
    settings.putAll(more);
    return Trainer.of(SmallRun.config(settings)).output(output.toString());
  }

  private RunOutcome outcome() throws IOException {
    try (RunDirectory directory = RunDirectory.open(output.toString(), new Configuration())) {
      return OutcomeReader.ofRun(directory);
    }
  }

  /** Does something after the first round of a training. */
  private static RunListener afterARound(Runnable work) {
    return new RunListener() {
      @Override
      public void roundEnded(RoundReport report) {
        work.run();
      }
    };
  }

  /** Ends as a training should that fails. */
  private RunOutcome assertEnds(Trainer trainer, ImageSource images, ExitCode expected)
      throws IOException {
    Throwable failure = catchThrowable(() -> trainer.train(spark, images));
    assertThat(failure).isNotNull();
    assertThat(RunEnd.of(failure).exitCode()).isEqualTo(expected);
    RunOutcome outcome = outcome();
    assertThat(outcome.exitCode()).isEqualTo(expected);
    assertThat(outcome.message()).isEqualTo(RunEnd.of(failure).message());
    return outcome;
  }

  @Test
  void train_doneThenRepeatedThenAnotherRun_tellsTheRunsOwnEnd() throws IOException {
    List<ExitCode> onTheWay = new ArrayList<>();
    TrainingResult result =
        trainer(Map.of())
            .listener(
                afterARound(
                    () -> {
                      try {
                        onTheWay.add(outcome().exitCode());
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    }))
            .train(spark, SmallRun.images());
    assertThat(onTheWay).isNotEmpty().containsOnly(ExitCode.NOT_ENDED);
    RunOutcome done = outcome();
    assertThat(done.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(done.application()).isEqualTo(spark.sc().applicationId());
    assertThat(done.message()).contains("resnet8: test accuracy", "on 60 images");
    assertThat(done.figures().path("flops").asLong()).isEqualTo(result.summary().flops());

    trainer(Map.of()).train(spark, SmallRun.images());
    RunOutcome again = outcome();
    assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(again.attempt()).isEqualTo(2);
    Throwable refused =
        catchThrowable(() -> trainer(Map.of("training.seed", "2")).train(spark, SmallRun.images()));
    assertThat(RunEnd.of(refused).exitCode()).isEqualTo(ExitCode.OUTPUT_IN_USE);
    assertThat(outcome().toJson()).as("the owner's").isEqualTo(again.toJson());

    Files.delete(output.resolve("outcome.json"));
    RunOutcome ofManifest = outcome();
    assertThat(ofManifest.exitCode()).as("of the result alone").isEqualTo(ExitCode.DONE);
    assertThat(ofManifest.message()).isEqualTo(done.message());
  }

  @Test
  void train_endsInWaysOfItsOwn_tellsEach() throws IOException {
    assertEnds(
        trainer(Map.of())
            .listener(
                new RunListener() {
                  @Override
                  public void dataRead(DataReport data) {
                    throw new IllegalStateException("a bug");
                  }
                }),
        SmallRun.images(),
        ExitCode.INTERNAL);
    output = temp.resolve("diverging");
    assertEnds(
        trainer(Map.of("training.learningRate", "1e30", "training.epochs", "4")),
        SmallRun.images(),
        ExitCode.DIVERGED);
    output = temp.resolve("wrong");
    assertEnds(trainer(Map.of("training.batchSize", "900")), SmallRun.images(), ExitCode.USAGE);
    output = temp.resolve("data");
    assertEnds(
        trainer(Map.of()),
        new ImageSource() {
          @Override
          public String name() {
            return "none";
          }

          @Override
          public SourceImages open(JavaSparkContext unused, Configuration hadoop) {
            throw new InvalidDataException("row 3 is null");
          }
        },
        ExitCode.DATA);
  }

  @Test
  void train_stopped_tellsWhoAskedForIt() throws IOException {
    for (boolean byHand : new boolean[] {true, false}) {
      Training[] running = new Training[1];
      Trainer trainer =
          trainer(Map.of())
              .listener(
                  afterARound(
                      () -> {
                        if (byHand) {
                          running[0].interrupt();
                        } else {
                          running[0].stop();
                        }
                      }));
      running[0] = trainer.prepare(SmallRun.images(), new Configuration());
      Throwable end = catchThrowable(() -> running[0].run(spark));
      assertThat(end).isInstanceOf(StoppedException.class);
      assertThat(outcome().exitCode())
          .isEqualTo(byHand ? ExitCode.INTERRUPTED : ExitCode.TERMINATED);
      assertThat(outcome().message()).contains("the same command goes on from there");
    }
    RunOutcome other =
        assertEnds(trainer(Map.of("training.epochs", "2")), SmallRun.images(), ExitCode.CHECKPOINT);
    assertThat(other.attempt()).isEqualTo(3);
  }

  @Test
  void train_sparkStops_isALostCluster() throws IOException {
    assertEnds(
        trainer(Map.of()).listener(afterARound(() -> spark.stop())),
        SmallRun.images(),
        ExitCode.CLUSTER);
  }

  @Test
  void train_checkpointsCannotBeWritten_tellsWhereThatCanBeTold() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("checkpoints"), "a file in the way");
    assertEnds(trainer(Map.of()), SmallRun.images(), ExitCode.STORAGE);
  }

  @Test
  void train_fileSystemFull_theFailureStaysAndTheOutcomeIsACaution() throws IOException {
    List<String> warnings = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void roundEnded(RoundReport report) {
            FaultyFileSystem.failAfter(0);
          }

          @Override
          public void warned(String problem) {
            synchronized (warnings) {
              warnings.add(problem);
            }
          }
        };
    Configuration hadoop = FaultyFileSystem.configuration();
    Trainer trainer =
        Trainer.of(SmallRun.config(SHORT))
            .output(FaultyFileSystem.SCHEME + "://" + output)
            .listener(listener);
    try (Training training = trainer.prepare(SmallRun.images(), hadoop)) {
      Throwable failure = catchThrowable(() -> training.run(spark));
      assertThat(RunEnd.of(failure).exitCode()).isEqualTo(ExitCode.STORAGE);
      assertThat(failure).hasMessageContaining("No space left");
    }
    FaultyFileSystem.work();
    assertThat(warnings).anyMatch(warning -> warning.contains("outcome.json could not be written"));
    assertThat(outcome().exitCode())
        .as("nobody could say how it ended")
        .isIn(ExitCode.KILLED, ExitCode.NOT_ENDED);
  }
}
