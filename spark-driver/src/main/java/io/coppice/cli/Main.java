package io.coppice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "coppice",
    description = "Trains channel-sparse convolutional networks on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    subcommands = {
      TrainCommand.class,
      RetrainCommand.class,
      RegistryCommand.class,
      ValidateCommand.class,
      PlanCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "2:wrong usage or configuration",
      "3:the data is not what its format says",
      "4:the training diverged",
      "5:a file could not be read or written",
      "6:the output directory is in use",
      "7:the checkpoint is damaged, or one of another run or version",
      "8:the cluster was lost, retries are exhausted, or a deadline has passed",
      "10:a retraining did not promote its model (with --fail-if-not-promoted)",
      "130:interrupted; the same command goes on",
      "143:terminated; the same command goes on"
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  Main() {}

  /** Runs the command line and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command line; returns its exit code. */
  public static int run(String... arguments) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(new Failures())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
