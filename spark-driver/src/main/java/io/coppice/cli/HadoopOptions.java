package io.coppice.cli;

import io.coppice.config.EnvironmentReference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** What a command that takes no settings is told of Hadoop's file systems. */
final class HadoopOptions {

  @Option(
      names = "--hadoop",
      paramLabel = "KEY=VALUE",
      description =
          "Sets a property of Hadoop's file systems; $${env:NAME} stands for an environment variable. Repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  HadoopOptions() {}

  /** Tells Hadoop of it. */
  void learn(Configuration configuration) {
    EnvironmentReference.resolve("--hadoop", properties, System.getenv())
        .forEach(configuration::set);
  }
}
