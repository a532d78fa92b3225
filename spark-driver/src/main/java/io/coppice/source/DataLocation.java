package io.coppice.source;

import io.coppice.data.DataSource;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/** A place of files that can be opened anywhere. */
sealed interface DataLocation extends Serializable {

  DataSource open() throws IOException;

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
   * @param path of any Hadoop file system
   */
  record Directory(String path, SerializableConfiguration hadoop) implements DataLocation {
    @Override
    public DataSource open() throws IOException {
      return new HadoopDataSource(path, hadoop.value());
    }
  }
}
