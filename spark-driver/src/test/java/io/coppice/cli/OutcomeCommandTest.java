package io.coppice.cli;

import static io.coppice.cli.CoppiceCommand.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.cli.CoppiceCommand.Outcome;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code outcome}, and what commands leave for it that end before there is a run. */
class OutcomeCommandTest {

  @TempDir private Path directory;

  private Outcome outcome(String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "outcome";
    arguments[1] = directory.resolve("run").toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return run(arguments);
  }

  private Outcome train(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "train";
    arguments[1] = "--output";
    arguments[2] = directory.resolve("run").toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return run(arguments);
  }

  @Test
  void outcome_configurationWrong_isTwoWithTheMessageAsPrinted() throws IOException {
    Outcome training = train("--set", "training.epoch=3");
    assertThat(training.exitCode()).isEqualTo(2);
    Outcome outcome = outcome();
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out())
        .startsWith("failed (2, usage): ")
        .contains("did you mean 'training.epochs'?", "what to do", "attempt      1, ");
    JsonNode json = new ObjectMapper().readTree(outcome("--json").out());
    assertThat(training.err()).contains(json.path("message").asText());
    assertThat(json.path("exitName").asText()).isEqualTo("usage");
    assertThat(json.path("process").path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void outcome_unknownOptionOfTheRun_isTwo() {
    assertThat(train("--epochs", "3").exitCode()).isEqualTo(2);
    assertThat(outcome().exitCode()).isEqualTo(2);
    assertThat(outcome().out()).contains("--epochs");
  }

  @Test
  void outcome_directoryIsSomebodyElses_tellsNothingOfTheRefused() throws IOException {
    Path run = Files.createDirectories(directory.resolve("run"));
    Files.writeString(run.resolve("precious"), "work");
    assertThat(train("--set", "training.epoch=3").exitCode()).isEqualTo(2);
    assertThat(run.toFile().list()).containsExactly("precious");
    assertThat(outcome().exitCode()).isEqualTo(12);
    Files.delete(run.resolve("precious"));
    try (RunDirectory open = RunDirectory.open(run.toString(), new Configuration());
        RunOwner owner = RunOwner.claim(open, false)) {
      assertThat(train("--set", "training.epoch=3").exitCode()).isEqualTo(2);
      assertThat(train("--set", "network.name=resnet8").exitCode()).isEqualTo(6);
      assertThat(run.resolve("outcome.json")).doesNotExist();
      owner.requireOwned();
      assertThat(outcome("--wait", "1").exitCode()).isEqualTo(11);
    }
  }

  @Test
  void outcome_attemptBeforeTheOneThatIsMeant_isTwelve() {
    Instant before = Instant.now();
    train("--set", "training.epoch=3");
    assertThat(outcome("--since", before.toString()).exitCode()).isEqualTo(2);
    Outcome later = outcome("--since", Instant.now().plusSeconds(5).toString());
    assertThat(later.exitCode()).isEqualTo(12);
    assertThat(later.out()).contains("no attempt has left word here since", "came to 2 (usage)");
  }

  @Test
  void outcome_cannotBeTold_isTwelveAndNeverACodeOfTheRun() {
    assertThat(outcome().exitCode()).as("no such directory").isEqualTo(12);
    assertThat(run("outcome", "--unknown").exitCode()).isEqualTo(12);
    assertThat(run("outcome").exitCode()).isEqualTo(12);
    assertThat(run("outcome", "--registry", directory.toString()).exitCode()).isEqualTo(12);
    assertThat(outcome("--since", "yesterday").exitCode()).isEqualTo(12);
    assertThat(run("outcome", "nosuchscheme://host/run").exitCode()).isEqualTo(12);
    assertThat(run("outcome", "--registry", directory.toString(), "--run-id", "monday").exitCode())
        .isEqualTo(12);
  }
}
