package io.coppice.spark;

import io.coppice.config.ConfigException;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file or directory that a configuration names.
 *
 * @param key of the configuration
 * @param path its value, a path of any Hadoop file system
 */
record ConfiguredFile(String key, String path) {

  /**
   * Whether it is a directory.
   *
   * @throws ConfigException if there is nothing
   */
  boolean isDirectory(Configuration hadoop) throws IOException {
    Path where = new Path(path);
    try (FileSystem fileSystem = OwnFileSystem.of(where, hadoop)) {
      return fileSystem.getFileStatus(where).isDirectory();
    } catch (FileNotFoundException e) {
      throw refused("there is no file " + path);
    }
  }

  /**
   * All bytes of the file.
   *
   * @throws ConfigException if there is none
   */
  byte[] read(Configuration hadoop) throws IOException {
    if (isDirectory(hadoop)) {
      throw refused(path + " is a directory");
    }
    Path where = new Path(path);
    try (FileSystem fileSystem = OwnFileSystem.of(where, hadoop);
        InputStream in = fileSystem.open(where)) {
      return in.readAllBytes();
    }
  }

  /** What is wrong with it, as a mistake of the configuration. */
  ConfigException refused(String problem) {
    return new ConfigException(RunSetup.ORIGIN, List.of("'" + key + "': " + problem));
  }
}
