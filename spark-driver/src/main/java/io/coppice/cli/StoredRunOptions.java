package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.spark.StoredModel;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.RunDirectory;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;
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

  @Mixin private HadoopOptions hadoop = new HadoopOptions();

  StoredRunOptions() {}

  /** Tells Hadoop what is said of its file systems. */
  void learn(Configuration configuration) {
    hadoop.learn(configuration);
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
