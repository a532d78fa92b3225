package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.registry.Registry;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Names the registry that a command works on. */
final class RegistryOptions {

  @Option(
      names = {"-R", "--registry"},
      paramLabel = "DIR",
      required = true,
      description = "Directory of a registry of models, a path of any Hadoop file system.")
  private String registry = "";

  @Mixin private HadoopOptions hadoop = new HadoopOptions();

  RegistryOptions() {}

  /**
   * Opens it.
   *
   * @throws ConfigException if it is not there
   */
  Registry open() throws IOException {
    Configuration configuration = new Configuration();
    hadoop.learn(configuration);
    return open(registry, configuration);
  }

  /**
   * Opens one.
   *
   * @throws ConfigException if it is not there
   */
  static Registry open(String path, Configuration configuration) throws IOException {
    Registry opened = Registry.open(path, configuration);
    if (!opened.exists()) {
      opened.close();
      throw new ConfigException("--registry " + path, List.of("there is no such directory"));
    }
    return opened;
  }
}
