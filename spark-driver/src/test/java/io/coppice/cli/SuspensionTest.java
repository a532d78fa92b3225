package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is suspended, as by a laptop's lid, and wakes. */
class SuspensionTest {

  private static final int SUSPENDED_SECONDS = 4;

  @TempDir Path directory;

  @Test
  void train_suspendedForLongerThanSparkWaits_goesOnAtOnceOrByTheSameCommand() throws Exception {
    List<String> impatient =
        List.of(
            "--conf", "spark.network.timeout=2s",
            "--conf", "spark.network.timeoutInterval=500ms",
            "--conf", "spark.executor.heartbeatInterval=500ms");
    CoppiceProcess process = start("first", impatient);
    process.awaitOutput("epoch 1:");
    process.suspend(SUSPENDED_SECONDS);
    int exitCode = process.exitCode();
    // Whether Spark looks for missing heartbeats first, or sends one, is left to chance.
    if (exitCode != 0) {
      assertThat(exitCode).as(process.output()).isEqualTo(8);
      assertThat(process.output()).contains("longer than spark.network.timeout");
    }
    CoppiceProcess again = start("again", List.of());
    assertThat(again.exitCode()).as(again.output()).isZero();
    assertThat(again.output())
        .contains(exitCode == 0 ? "complete already" : "Going on from the checkpoint");
  }

  @Test
  void train_suspendedWithDefaults_goesOn() throws Exception {
    CoppiceProcess process = start("first", List.of());
    process.awaitOutput("epoch 1:");
    process.suspend(2);
    assertThat(process.exitCode()).as(process.output()).isZero();
  }

  private CoppiceProcess start(String name, List<String> more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--master",
                "local[2]",
                "--output",
                directory.resolve("run").toString(),
                "--set",
                "network.name=resnet8",
                "--set",
                "network.width=0.5",
                "--set",
                "training.epochs=2",
                "--set",
                "training.batchSize=240",
                "--set",
                "finish.candidates=1",
                "--set",
                "finish.fineTuneEpochs=0"));
    arguments.addAll(more);
    return CoppiceProcess.start(directory.resolve(name + ".log"), Map.of(), arguments);
  }
}
