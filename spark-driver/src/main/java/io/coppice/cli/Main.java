package io.coppice.cli;

import io.coppice.report.ExitCode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
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
      DoctorCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      OutcomeCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs the command line and ends the JVM with its exit code. A success on YARN, whose application
   * master takes any end of its JVM for a failure, just returns.
   */
  public static void main(String[] arguments) {
    int code = run(arguments);
    if (code != 0 || !DriverPlace.of(new SparkConf()).isInYarn()) {
      System.exit(code);
    }
  }

  /** Runs the command line; returns its exit code. */
  public static int run(String... arguments) {
    boolean json = JsonOption.isIn(arguments);
    PrintStream out = System.out;
    if (json) {
      // Whatever prints there, be it ours or a library's.
      System.setOut(System.err);
    }
    try {
      return commandLine(json)
          .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
          .execute(arguments);
    } finally {
      System.setOut(out);
    }
  }

  /**
   * The command line, with everything that all commands have in common.
   *
   * @param json whether failures are told as JSON too
   */
  static CommandLine commandLine(boolean json) {
    CommandLine commandLine = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    Failures failures = new Failures(commandLine.getParameterExceptionHandler(), json);
    Map<String, String> exitCodes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      exitCodes.put(String.valueOf(code.code()), code.meaning());
    }
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes);
    JsonFields.addTo(commandLine);
    return commandLine
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
