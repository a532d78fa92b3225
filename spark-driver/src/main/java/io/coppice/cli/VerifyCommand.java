package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.report.ExitCode;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunVerifier;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code coppice verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Says whether a run's directory is whole: every file of the result and of every checkpoint against the size and"
          + " SHA-256 in its manifest. Changes nothing, and executes nothing that it finds.",
      "",
      "Ends with 0 if all that was finished is whole, else with 7."
    })
final class VerifyCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "Directory of a run, a path of any Hadoop file system.")
  private String directory = "";

  @Mixin private HadoopOptions hadoop = new HadoopOptions();

  @Mixin private JsonOption json = new JsonOption();

  VerifyCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration configuration = new Configuration();
    hadoop.learn(configuration);
    try (RunDirectory run = RunDirectory.open(directory, configuration)) {
      if (!run.exists()) {
        throw new ConfigException(directory, List.of("there is no such directory"));
      }
      RunVerifier.Report report = RunVerifier.verify(run);
      return tell(report, json);
    }
  }

  /** Says what was found, here and in registries. */
  static int tell(RunVerifier.Report report, JsonOption json) {
    ExitCode code = report.damaged() ? ExitCode.CHECKPOINT : ExitCode.DONE;
    if (json.isAsked()) {
      ObjectNode fields = JsonOption.JSON.createObjectNode();
      fields.put("damaged", report.damaged());
      report.lines().forEach(fields.putArray("findings")::add);
      return json.answer(code, fields);
    }
    report.lines().forEach(System.out::println);
    System.out.println(report.damaged() ? "DAMAGED" : "whole");
    return code.code();
  }
}
