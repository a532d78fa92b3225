package io.coppice.source;

import io.coppice.data.DataSource;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** A place of files that can be opened anywhere. */
sealed interface DataLocation extends Serializable {

  DataSource open() throws IOException;

  /**
   * A directory of any Hadoop file system, also for processes that run in other directories than
   * this one.
   */
  static DataLocation directory(String path, Configuration hadoop) throws IOException {
    return new Directory(absolute(path, hadoop), new SerializableConfiguration(hadoop));
  }

  private static String absolute(String path, Configuration hadoop) throws IOException {
    Path given = new Path(path);
    if (given.isAbsolute()) {
      return path;
    }
    try (FileSystem fileSystem = OwnFileSystem.of(given, hadoop)) {
      return fileSystem.makeQualified(given).toString();
    }
  }

  /** The sample that ships. */
  record Sample() implements DataLocation {
    @Override
    public DataSource open() {
      return new SampleDataSource();
    }
  }

  /**
   * A directory.
   *
   * @param path absolute, of any Hadoop file system
   */
  record Directory(String path, SerializableConfiguration hadoop) implements DataLocation {
    @Override
    public DataSource open() throws IOException {
      return new HadoopDataSource(path, hadoop.value());
    }
  }
}
