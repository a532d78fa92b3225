package io.coppice.cli;

import io.coppice.report.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code coppice completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Prints a script by which bash, and zsh with bashcompinit, complete commands and options of coppice.",
    footer = {
      "",
      "Examples:",
      "  source <(coppice completion)                                  # in this shell",
      "  coppice completion > ~/.local/share/bash-completion/completions/coppice"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  CompletionCommand() {}

  @Override
  public Integer call() {
    System.out.println(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    return ExitCode.DONE.code();
  }
}
