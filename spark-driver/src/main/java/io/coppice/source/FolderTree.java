package io.coppice.source;

import io.coppice.data.InvalidDataException;
import io.coppice.storage.OwnFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * A directory that holds a folder of images for each class: in {@code train} and {@code test} (or
 * {@code val}), in {@code train} alone, or without either. All files below a class's folder are of
 * that class, whatever their names. What begins with a dot or an underscore is passed over, and so
 * are files beside the folders.
 *
 * @param classes names of the folders, in the order of {@link ClassNames}
 * @param train files to learn from
 * @param test files to test by; null where they are to be split off
 */
record FolderTree(List<String> classes, List<ImageFile> train, @Nullable List<ImageFile> test) {

  private static final char UNREADABLE_NAME = '\ufffd';

  /**
   * A file.
   *
   * @param path full
   * @param label number of its class
   * @param bytes its length
   */
  record ImageFile(String path, int label, long bytes) {}

  /** The files of one set, by the names of their classes' folders. */
  private record Files(Path directory, List<String> folders, Map<String, List<FileStatus>> of) {}

  /**
   * Lists a directory.
   *
   * @throws InvalidDataException if it does not hold what it should
   * @throws IOException if it cannot be listed
   */
  static FolderTree list(String path, Configuration hadoop) throws IOException {
    Path given = new Path(path);
    try (FileSystem fileSystem = OwnFileSystem.of(given, hadoop)) {
      FileStatus root = fileSystem.getFileStatus(given);
      if (!root.isDirectory()) {
        throw new InvalidDataException(
            path + ": expected a directory with a folder for each class, found a file");
      }
      SetFolders sets = SetFolders.of(fileSystem, root.getPath());
      return of(
          files(fileSystem, sets.train()),
          sets.test() == null ? null : files(fileSystem, sets.test()));
    } catch (FileNotFoundException e) {
      throw new InvalidDataException(path + ": there is no such directory");
    }
  }

  /**
   * Whether a directory looks like one: it has a {@code train} that holds folders. Any directory
   * has folders.
   */
  static boolean isOne(String path, Configuration hadoop) throws IOException {
    Path given = new Path(path, SetFolders.TRAIN);
    try (FileSystem fileSystem = OwnFileSystem.of(given, hadoop)) {
      return !folders(fileSystem, given).isEmpty();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static FolderTree of(Files train, @Nullable Files test) {
    List<String> classes = train.folders();
    if (classes.size() < 2) {
      throw new InvalidDataException(
          train.directory()
              + ": expected a folder of images for each of at least two classes, found "
              + (classes.isEmpty() ? "no folder" : "the folder " + classes.get(0) + " alone"));
    }
    List<String> empty = classes.stream().filter(name -> !train.of().containsKey(name)).toList();
    if (!empty.isEmpty()) {
      throw new InvalidDataException(
          train.directory()
              + ": expected images in every class's folder, found none in "
              + String.join(", ", empty));
    }
    if (test == null) {
      return new FolderTree(classes, labelled(train, classes), null);
    }
    TreeSet<String> unknown = new TreeSet<>(test.folders());
    classes.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new InvalidDataException(
          test.directory()
              + ": expected the classes of "
              + train.directory()
              + " only, found also "
              + String.join(", ", unknown));
    }
    return new FolderTree(classes, labelled(train, classes), labelled(test, classes));
  }

  private static List<ImageFile> labelled(Files files, List<String> classes) {
    List<ImageFile> all = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (FileStatus file : files.of().getOrDefault(classes.get(label), List.of())) {
        all.add(new ImageFile(file.getPath().toString(), label, file.getLen()));
      }
    }
    return all;
  }

  private static Files files(FileSystem fileSystem, Path directory) throws IOException {
    Map<String, List<FileStatus>> of = new HashMap<>();
    int prefix = directory.toString().length() + 1;
    RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(directory, true);
    while (found.hasNext()) {
      FileStatus file = found.next();
      String[] names = file.getPath().toString().substring(prefix).split("/", -1);
      if (names.length > 1 && List.of(names).stream().noneMatch(FolderTree::isHidden)) {
        requireReadable(file.getPath());
        of.computeIfAbsent(names[0], name -> new ArrayList<>()).add(file);
      }
    }
    of.values().forEach(files -> files.sort(Comparator.comparing(FileStatus::getPath)));
    return new Files(directory, folders(fileSystem, directory), of);
  }

  private static List<String> folders(FileSystem fileSystem, Path directory) throws IOException {
    List<String> folders = new ArrayList<>();
    for (FileStatus child : fileSystem.listStatus(directory)) {
      if (child.isDirectory() && !isHidden(child.getPath().getName())) {
        requireReadable(child.getPath());
        folders.add(child.getPath().getName());
      }
    }
    return ClassNames.ordered(folders);
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private static void requireReadable(Path path) {
    if (path.toString().indexOf(UNREADABLE_NAME) >= 0) {
      throw new InvalidDataException(
          path
              + ": the name has characters that this JVM cannot read from the file system; start it with LC_ALL=C.UTF-8");
    }
  }
}
