package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.config.EnvironmentReference;
import io.coppice.spark.StoredModel;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Names the run whose model a command uses. */
final class StoredRunOptions {

  @Option(
      names = {"-r", "--run"},
      paramLabel = "RUN",
      required = true,
      description =
          "Directory of a run, a path of any Hadoop file system. Of a run that did not end, the last checkpoint is taken.")
  private String run = "";

  @Option(
      names = "--hadoop",
      paramLabel = "KEY=VALUE",
      description =
          "Sets a property of Hadoop's file systems; $${env:NAME} stands for an environment variable. Repeatable.")
  private Map<String, String> hadoop = new LinkedHashMap<>();

  StoredRunOptions() {}

  /** Tells Hadoop what is said of its file systems. */
  void learn(Configuration configuration) {
    EnvironmentReference.resolve("--hadoop", hadoop, System.getenv()).forEach(configuration::set);
  }

  /** The run's model; says on standard error what is wrong with newer checkpoints. */
  StoredModel model(Configuration configuration) throws IOException {
    try (RunDirectory directory = RunDirectory.open(run, configuration)) {
      if (!directory.exists()) {
        throw new ConfigException("--run " + run, List.of("there is no such directory"));
      }
      StoredModel model = StoredModel.read(directory);
      model
          .passedOver()
          .forEach(problem -> System.err.println("coppice: checkpoint passed over: " + problem));
      return model;
    } catch (OutputInUseException e) {
      throw new ConfigException("--run " + run, List.of("that is no directory of a run"));
    }
  }
}
