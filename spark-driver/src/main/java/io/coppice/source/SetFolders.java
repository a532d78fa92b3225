package io.coppice.source;

import io.coppice.data.InvalidDataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the two sets of a directory lie: in {@code train} and {@code test} (or {@code val}), in
 * {@code train} alone, or in the directory itself.
 *
 * @param train images to learn from
 * @param test images to test by; null where they are to be split off
 */
record SetFolders(Path train, @Nullable Path test) {

  static final String TRAIN = "train";

  private static final List<String> TEST = List.of("test", "val");

  /**
   * Those of a directory, or of a file.
   *
   * @throws InvalidDataException if there is a set to test by and none to learn from
   * @throws FileNotFoundException if there is nothing
   */
  static SetFolders of(FileSystem fileSystem, Path directory) throws IOException {
    Path test = null;
    for (String name : TEST) {
      Path folder = new Path(directory, name);
      test = test == null && isDirectory(fileSystem, folder) ? folder : test;
    }
    Path train = new Path(directory, TRAIN);
    if (isDirectory(fileSystem, train)) {
      return new SetFolders(train, test);
    }
    if (test != null) {
      throw new InvalidDataException(
          directory + ": expected a folder train beside " + test.getName() + ", found none");
    }
    return new SetFolders(directory, null);
  }

  private static boolean isDirectory(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
