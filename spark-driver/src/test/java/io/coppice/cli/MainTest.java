package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

  private static final Pattern ROUTED = Pattern.compile("=~ \\^\\(([a-z|]+)\\)\\$");

  @Test
  void help_exitCodes_areAllThatThereAre() {
    String help = CoppiceCommand.run("--help").out();
    for (ExitCode code : ExitCode.values()) {
      assertThat(help)
          .containsPattern(
              "\\b" + code.code() + "\\s+" + Pattern.quote(code.meaning().split(" ")[0]));
    }
  }

  /** One rule says which commands go through spark-submit. */
  @Test
  void script_routedCommands_areThoseThatTakeAMaster() throws IOException {
    String script = Files.readString(Path.of("../deploy/bin/coppice"));
    Matcher routed = ROUTED.matcher(script);
    assertThat(routed.find()).isTrue();
    List<String> takers =
        Main.commandLine(false).getSubcommands().entrySet().stream()
            .filter(command -> takesMaster(command))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(routed.group(1).split("\\|")).containsExactlyInAnyOrderElementsOf(takers);
  }

  private static boolean takesMaster(Map.Entry<String, CommandLine> command) {
    return command.getValue().getCommandSpec().findOption("--master") != null;
  }
}
