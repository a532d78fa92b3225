package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.config.ConfigReader;
import io.coppice.config.EnvironmentReference;
import io.coppice.config.RunConfig;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The configuration of a run, as a command is told it. */
final class ConfigOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration in YAML; a path of any Hadoop file system. Keys it leaves out keep their defaults.")
  private @Nullable String config;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description =
          "Sets one key of the configuration, such as training.epochs=3; wins over the file. Repeatable.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DIR",
      description =
          "Directory of the data set (IDX, CIFAR-10 or CIFAR-100 under their published file names, or a folder of images for"
              + " each class). Short for --set"
              + " data.path=DIR.")
  private @Nullable String data;

  ConfigOptions() {}

  /**
   * Reads it; cautions go to standard error.
   *
   * @param more settings of the command's own
   * @param hadoop for the file's file system; learns what the command line says of them
   */
  RunConfig read(Map<String, String> more, Configuration hadoop) throws IOException {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    if (data != null) {
      overrides.put("data.path", data);
    }
    overrides.putAll(more);
    // What is said on the command line holds for the file's own file system.
    EnvironmentReference.resolve(
            "--set hadoop", ConfigReader.overridesOf("hadoop", overrides), System.getenv())
        .forEach(hadoop::set);
    return ConfigReader.read(
        config == null ? "configuration" : config,
        config == null ? "" : text(config, hadoop),
        overrides,
        caution -> System.err.println("coppice: " + caution));
  }

  private static String text(String file, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop);
        InputStream in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new ConfigException(file, List.of("there is no such file"));
    }
  }
}
