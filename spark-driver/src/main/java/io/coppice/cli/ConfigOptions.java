package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.config.ConfigJson;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.ConfigReader;
import io.coppice.config.EnvironmentReference;
import io.coppice.config.RunConfig;
import io.coppice.report.ExitCode;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The configuration of a run, as a command is told it. */
final class ConfigOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration in YAML; a file here, or a path of any Hadoop file system. Keys it leaves out keep their defaults.")
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
          "Directory of the data set (IDX, CIFAR-10 or CIFAR-100 under their published file names, a folder of images for"
              + " each class, tables of images in Parquet or ORC, or tar archives as of WebDataset). Short for --set data.path=DIR.")
  private @Nullable String data;

  private String text = "";

  ConfigOptions() {}

  /**
   * Reads it; cautions go to standard error.
   *
   * @param more settings of the command's own
   * @param hadoop for the file's file system; learns what is said of file systems
   */
  RunConfig read(Map<String, String> more, Configuration hadoop) throws IOException {
    learn(hadoop);
    return read(Map.of(), more);
  }

  /**
   * Reads it once file systems are known.
   *
   * @param known settings that hold where it says nothing else
   * @param more settings of the command's own
   */
  RunConfig read(Map<String, String> known, Map<String, String> more) {
    Map<String, String> overrides = overrides();
    overrides.putAll(more);
    return ConfigReader.read(
        origin(), text, known, overrides, caution -> System.err.println("coppice: " + caution));
  }

  /** Prints a configuration as it would be used. */
  static int print(RunConfig config, JsonOption json) {
    if (json.isAsked()) {
      ObjectNode fields = JsonOption.JSON.createObjectNode();
      fields.set("config", ConfigJson.of(config));
      return json.answer(ExitCode.DONE, fields);
    }
    System.out.print(ConfigPrinter.print(config));
    return ExitCode.DONE.code();
  }

  /** What the command line says of a key, right or wrong; null: nothing. */
  @Nullable String said(String key) {
    return overrides().get(key);
  }

  /** Tells Hadoop what is said of its file systems; the command line holds for the file's own. */
  void learn(Configuration hadoop) throws IOException {
    learn("--set hadoop", "", hadoop);
    if (config != null) {
      text = text(config, hadoop);
      learn("hadoop", text, hadoop);
    }
  }

  private void learn(String what, String yaml, Configuration hadoop) {
    EnvironmentReference.resolve(
            what, ConfigReader.section("hadoop", origin(), yaml, overrides()), System.getenv())
        .forEach(hadoop::set);
  }

  /**
   * Requires that the command line sets nothing beside some sections.
   *
   * @throws ConfigException naming what it sets besides
   */
  void requireOnly(List<String> sections) {
    List<String> others =
        set.keySet().stream()
            .filter(key -> !sections.contains(key.replaceFirst("\\..*", "")))
            .map(
                key ->
                    "'"
                        + key
                        + "': only settings under "
                        + String.join(" and ", sections)
                        + " are of use here")
            .toList();
    if (!others.isEmpty()) {
      throw new ConfigException("--set", others);
    }
  }

  private String origin() {
    return config == null ? "configuration" : config;
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    if (data != null) {
      overrides.put("data.path", data);
    }
    return overrides;
  }

  private static String text(String file, Configuration hadoop) throws IOException {
    Path path = place(file);
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop);
        InputStream in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new ConfigException(
          file, List.of("there is no such file" + DriverPlace.of(new SparkConf()).whereFilesAre()));
    }
  }

  /**
   * A file of this machine comes before one of the default file system's: it is what a shell shows,
   * and what spark-submit's {@code --files} leaves in the driver's working directory.
   */
  private static Path place(String file) {
    return !file.contains(":") && Files.isRegularFile(java.nio.file.Path.of(file))
        ? new Path(java.nio.file.Path.of(file).toUri())
        : new Path(file);
  }
}
