package io.coppice.source;

import io.coppice.config.RunConfig.DataConfig;
import io.coppice.config.RunConfig.Format;
import io.coppice.data.InvalidDataException;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The tables that a configuration names: files of Parquet or ORC, or tables of a catalogue. */
final class StoredTables {

  /** Without it Spark takes brackets and stars in paths for patterns. */
  private static final String PATTERNS = "__globPaths__";

  private final DataConfig config;
  private final SparkSession session;
  private final Configuration hadoop;

  StoredTables(DataConfig config, JavaSparkContext spark, Configuration hadoop) {
    this.config = config;
    this.session = SqlSessions.on(spark);
    this.hadoop = hadoop;
    adopt(hadoop, spark.hadoopConfiguration());
  }

  /** Has the session use what somebody set beside the settings that Spark has anyway. */
  private void adopt(Configuration settings, Configuration known) {
    for (Map.Entry<String, String> setting : settings) {
      if (!setting.getValue().equals(known.getRaw(setting.getKey()))) {
        session.conf().set(setting.getKey(), setting.getValue());
      }
    }
  }

  /** The two tables. */
  TableSet open(Format format) throws IOException {
    if (format == Format.TABLE) {
      return new TableSet(
          named(config.path()), config.testPath().isEmpty() ? null : named(config.testPath()));
    }
    if (!config.testPath().isEmpty()) {
      return new TableSet(
          files(format, new Path(config.path())), files(format, new Path(config.testPath())));
    }
    Path given = new Path(config.path());
    try (FileSystem fileSystem = OwnFileSystem.of(given, hadoop)) {
      SetFolders sets = SetFolders.of(fileSystem, fileSystem.getFileStatus(given).getPath());
      return new TableSet(
          files(format, sets.train()), sets.test() == null ? null : files(format, sets.test()));
    } catch (FileNotFoundException e) {
      throw new InvalidDataException(config.path() + ": there is no such directory");
    }
  }

  private Table files(Format format, Path path) throws IOException {
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop)) {
      if (fileSystem.getFileStatus(path).isDirectory()
          && TrainFiles.first(fileSystem, path).isEmpty()) {
        throw new InvalidDataException(path + ": expected files of a table, found none");
      }
    } catch (FileNotFoundException e) {
      throw new InvalidDataException(path + ": there is no such directory");
    }
    String name = path.toString();
    return new Table(
        name,
        TableFailure.translated(
            name,
            () ->
                session
                    .read()
                    .option(PATTERNS, "false")
                    .format(format.name().toLowerCase(Locale.ROOT))
                    .load(name)),
        true);
  }

  private Table named(String name) {
    return new Table(name, TableFailure.translated(name, () -> session.table(name)), false);
  }

  /**
   * What images come from.
   *
   * @param train to learn from
   * @param test to test by; null where a share of {@code train} is split off
   */
  record TableSet(Table train, @Nullable Table test) {}
}
