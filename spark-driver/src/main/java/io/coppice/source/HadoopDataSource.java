package io.coppice.source;

import io.coppice.data.DataSource;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory on the file system of its path's own scheme, of which it has an instance of its own.
 */
final class HadoopDataSource implements DataSource {

  private final Path directory;
  private final FileSystem fileSystem;

  HadoopDataSource(String directory, Configuration hadoop) throws IOException {
    this.directory = new Path(directory);
    this.fileSystem = OwnFileSystem.of(this.directory, hadoop);
  }

  @Override
  public boolean exists(String name) throws IOException {
    return fileSystem.exists(name.isEmpty() ? directory : new Path(directory, name));
  }

  @Override
  public InputStream open(String name) throws IOException {
    return fileSystem.open(new Path(directory, name));
  }

  @Override
  public String locate(String name) {
    return name.isEmpty() ? directory.toString() : new Path(directory, name).toString();
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
  }
}
