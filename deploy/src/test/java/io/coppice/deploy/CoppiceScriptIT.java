package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as a user runs it. */
class CoppiceScriptIT {

  @TempDir Path directory;

  @Test
  void train_withoutSparkHome_runsSparkInsideTheJvm() throws Exception {
    Path output = directory.resolve("run");
    Outcome outcome = run(Map.of(), Commands.smallTraining(output));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("Test accuracy", "times as fast");
    assertThat(output.resolve("manifest.json")).isNotEmptyFile();
    assertThat(output.resolve("model/compact.zip")).isNotEmptyFile();
  }

  @Test
  void doctor_withSparkHome_goesThroughSparkSubmitToEveryExecutor() throws Exception {
    Path output = directory.resolve("run");
    Map<String, String> environment = new HashMap<>(Commands.sparkEnvironment());
    environment.put("SPARK_PRINT_LAUNCH_COMMAND", "1");
    Outcome outcome =
        run(
            environment,
            List.of(
                "doctor",
                "--master",
                "local-cluster[2,1,1024]",
                "--conf=spark.ui.enabled=false",
                "--output",
                output.toString()));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .contains(
            "org.apache.spark.deploy.SparkSubmit --master local-cluster",
            "executor 0 on ",
            "executor 1 on ",
            " 0 fail");
    assertThat(output).doesNotExist();
  }

  @Test
  void completionAndOutcome_ofTheJar_areThere() throws Exception {
    Outcome completion = run(Map.of(), List.of("completion"));
    assertThat(completion.exitCode()).isZero();
    assertThat(completion.output()).contains("complete -F _complete_coppice");
    Outcome none = run(Map.of(), List.of("outcome", directory.resolve("none").toString()));
    assertThat(none.exitCode()).as(none.output()).isEqualTo(12);
  }

  @Test
  void train_wrongConfiguration_exitsWithTwo() throws Exception {
    Outcome outcome = run(Map.of(), List.of("train", "--set", "training.epoch=3"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains("did you mean 'training.epochs'?");
  }

  private Outcome run(Map<String, String> environment, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Commands.DEPLOY.resolve("bin/coppice").toString());
    command.addAll(arguments);
    return new Commands(directory).run(environment, command);
  }
}
