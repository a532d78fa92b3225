package io.coppice.source;

import io.coppice.config.RunConfig.Format;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Tells formats by the names of files, of which the first will do. */
final class TrainFiles {

  private static final Map<String, Format> ENDINGS =
      Map.of(".parquet", Format.PARQUET, ".orc", Format.ORC, ".tar", Format.WEBDATASET);

  private TrainFiles() {}

  /** The format of what lies in the {@code train} of a directory, if its files' names tell one. */
  static Optional<Format> format(String path, Configuration hadoop) throws IOException {
    Path train = new Path(path, SetFolders.TRAIN);
    try (FileSystem fileSystem = OwnFileSystem.of(train, hadoop)) {
      String first = first(fileSystem, train);
      return ENDINGS.entrySet().stream()
          .filter(ending -> first.endsWith(ending.getKey()))
          .map(Map.Entry::getValue)
          .findFirst();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Name of a file below a directory that is not hidden; empty if there is none. */
  static String first(FileSystem fileSystem, Path directory) throws IOException {
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(directory, true);
    while (files.hasNext()) {
      String name = files.next().getPath().getName();
      if (!name.startsWith(".") && !name.startsWith("_")) {
        return name;
      }
    }
    return "";
  }
}
