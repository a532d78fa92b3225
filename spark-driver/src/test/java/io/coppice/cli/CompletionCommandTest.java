package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script, in a real bash, which calls what it calls when somebody presses the tabulator. */
class CompletionCommandTest {

  @TempDir private Path directory;
  private Path script;

  @BeforeEach
  void write() throws IOException {
    Outcome printed = CoppiceCommand.run("completion");
    assertThat(printed.exitCode()).isZero();
    script = Files.writeString(directory.resolve("coppice.bash"), printed.out());
  }

  private List<String> completions(String... words) throws Exception {
    StringBuilder program = new StringBuilder("source '" + script + "'\nCOMP_WORDS=(");
    for (String word : words) {
      program.append(" '").append(word).append("'");
    }
    program
        .append(")\nCOMP_CWORD=")
        .append(words.length - 1)
        .append("\n$(complete -p coppice | sed 's/.*-F \\([^ ]*\\).*/\\1/')")
        .append("\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    Process bash =
        new ProcessBuilder("bash", "-c", program.toString()).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(output).isZero();
    return output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void complete_beginningOfACommand_givesIt() throws Exception {
    assertThat(completions("coppice", "tr")).containsExactly("train");
    assertThat(completions("coppice", "re"))
        .containsExactlyInAnyOrder("report", "retrain", "registry");
  }

  @Test
  void complete_optionsOfACommandAndOfItsSubcommand_givesThose() throws Exception {
    assertThat(completions("coppice", "train", "--dry"))
        .contains("--dry-run")
        .doesNotContain("--registry");
    assertThat(completions("coppice", "registry", "rollback", "--t"))
        .contains("--to", "--take-over");
  }
}
