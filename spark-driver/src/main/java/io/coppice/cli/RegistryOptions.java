package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.config.EnvironmentReference;
import io.coppice.registry.Registry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Names the registry that a command works on. */
final class RegistryOptions {

  @Option(
      names = {"-R", "--registry"},
      paramLabel = "DIR",
      required = true,
      description = "Directory of a registry of models, a path of any Hadoop file system.")
  private String registry = "";

  @Option(
      names = "--hadoop",
      paramLabel = "KEY=VALUE",
      description =
          "Sets a property of Hadoop's file systems; $${env:NAME} stands for an environment variable. Repeatable.")
  private Map<String, String> hadoop = new LinkedHashMap<>();

  RegistryOptions() {}

  /**
   * Opens it.
   *
   * @throws ConfigException if it is not there
   */
  Registry open() throws IOException {
    Configuration configuration = new Configuration();
    EnvironmentReference.resolve("--hadoop", hadoop, System.getenv()).forEach(configuration::set);
    Registry opened = Registry.open(registry, configuration);
    if (!opened.exists()) {
      opened.close();
      throw new ConfigException("--registry " + registry, List.of("there is no such directory"));
    }
    return opened;
  }
}
