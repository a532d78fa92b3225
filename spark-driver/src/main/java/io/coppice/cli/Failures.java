package io.coppice.cli;

import io.coppice.report.ExitCode;
import io.coppice.spark.RunEnd;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Turns what went wrong into a message on standard error and an exit code; a stack trace is shown
 * only for bugs.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final IParameterExceptionHandler usage;
  private final boolean json;

  /**
   * @param usage shows how a command is used that was used wrongly
   * @param json whether standard output gets a document of it
   */
  Failures(IParameterExceptionHandler usage, boolean json) {
    this.usage = usage;
    this.json = json;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    RunEnd end = RunEnd.of(exception);
    if (end.exitCode() == ExitCode.INTERNAL) {
      exception.printStackTrace(commandLine.getErr());
      commandLine
          .getErr()
          .println("coppice: an unexpected error; please report it with the lines above");
    } else {
      commandLine.getErr().println("coppice: " + end.message());
    }
    tell(commandLine, end);
    return end.exitCode().code();
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments)
      throws Exception {
    int code = usage.handleParseException(exception, arguments);
    tell(
        exception.getCommandLine(),
        new RunEnd(
            ExitCode.of(code).orElse(ExitCode.USAGE), String.valueOf(exception.getMessage())));
    return code;
  }

  private void tell(CommandLine commandLine, RunEnd end) {
    if (json) {
      JsonOption.answer(commandLine.getCommandSpec(), end);
    }
    if (commandLine.getCommand() instanceof LeavesOutcome command) {
      command.leave(end);
    }
  }
}
