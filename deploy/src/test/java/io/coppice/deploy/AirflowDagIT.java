package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.deploy.Commands.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The DAG, read as Python reads it, and its commands. */
class AirflowDagIT {

  private static final Path DAG = Commands.DEPLOY.resolve("airflow/coppice_retrain.py");

  @TempDir private Path directory;

  @Test
  void dag_ofTheDistribution_callsOperatorsByTheirParametersAndCommandsAsTheyAre()
      throws Exception {
    Outcome checked = check(DAG);
    assertThat(checked.exitCode()).as(checked.output()).isZero();
    JsonNode commands = new ObjectMapper().readTree(checked.output());
    assertThat(commands.path("class").textValue()).isEqualTo("io.coppice.cli.Main");
    List<String> retrain =
        StreamSupport.stream(commands.path("retrain").spliterator(), false)
            .map(JsonNode::textValue)
            .toList();
    assertThat(retrain).containsSubsequence("--run-id", "{{ ds }}");
    CommandLines.assertTaken(DAG.toString(), retrain);
    // Of a registry that is not there it has nothing to tell, which is no matter of its usage.
    List<String> outcome =
        List.of(
            commands
                .path("outcome")
                .textValue()
                .replace("/opt/coppice/bin/coppice ", "")
                .replace("hdfs:///models/shoes", directory.toUri() + "none")
                .replace("{{ ds }}", "2026-01-31")
                .split(" "));
    assertThat(outcome).startsWith("outcome", "--registry");
    Outcome told = CommandLines.run(outcome);
    assertThat(told.exitCode()).isEqualTo(12);
    assertThat(told.output())
        .contains("no retraining 2026-01-31")
        .doesNotContain("Unknown", "Usage");
  }

  @Test
  void check_parameterThatNoOperatorHas_isFound() throws Exception {
    Path wrong =
        Files.writeString(
            directory.resolve("wrong.py"),
            Files.readString(DAG).replace("num_executors=", "executors="));
    Outcome checked = check(wrong);
    assertThat(checked.output())
        .contains("SparkSubmitOperator has no such parameters: ['executors']");
    assertThat(checked.exitCode()).isEqualTo(1);
  }

  private Outcome check(Path dag) throws Exception {
    assumeTrue(Commands.isHere("python3"), "python3 is not here");
    return new Commands(directory)
        .run(
            Map.of(),
            List.of(
                "python3",
                Commands.DEPLOY.resolve("src/test/python/check_dag.py").toString(),
                dag.toString()));
  }
}
