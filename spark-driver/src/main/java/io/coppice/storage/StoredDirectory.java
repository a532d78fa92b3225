package io.coppice.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory on any Hadoop file system, and what lies in it by names relative to it.
 *
 * <p>Has an instance of the file system of its own; {@link #close} lets go of it, and so does the
 * end of the JVM.
 */
public class StoredDirectory implements AutoCloseable {

  /** Where those who write to it say so. */
  public static final String OWNER = "owner";

  private final Path root;
  private final FileSystem fileSystem;
  private final String kind;
  private final boolean ownsFileSystem;

  /**
   * @param kind what it is, for messages
   */
  StoredDirectory(String path, Configuration hadoop, String kind) throws IOException {
    Path given = new Path(path);
    this.fileSystem = OwnFileSystem.of(given, hadoop);
    this.fileSystem.setWriteChecksum(false);
    this.root = fileSystem.makeQualified(given);
    this.kind = kind;
    this.ownsFileSystem = true;
  }

  /** One below another, whose file system it shares. */
  StoredDirectory(StoredDirectory above, String name, String kind) {
    this.fileSystem = above.fileSystem;
    this.root = above.path(name);
    this.kind = kind;
    this.ownsFileSystem = false;
  }

  /**
   * Opens a directory, which need not be there. Nothing is made or changed.
   *
   * @param kind what it is, for messages
   */
  public static StoredDirectory open(String path, Configuration hadoop, String kind)
      throws IOException {
    return new StoredDirectory(path, hadoop, kind);
  }

  /** Its full path; a plain one where it is local. */
  public String location() {
    return root.toUri().getScheme().equals("file") ? root.toUri().getPath() : root.toString();
  }

  /** What it is, for messages. */
  String kind() {
    return kind;
  }

  /** Whether there is such a directory. */
  public boolean exists() throws IOException {
    return fileSystem.exists(root);
  }

  /** Whether a file or directory is there. */
  public boolean has(String name) throws IOException {
    return fileSystem.exists(path(name));
  }

  /** Names of what the directory holds beside some; its own where it is a file. */
  public List<String> foreign(Set<String> names) throws IOException {
    List<String> foreign = new ArrayList<>();
    for (FileStatus entry : list("")) {
      if (entry.getPath().equals(root) || !names.contains(entry.getPath().getName())) {
        foreign.add(entry.getPath().getName());
      }
    }
    return foreign;
  }

  /** Names of what a directory in it holds, in order; none if it is not there. */
  public List<String> names(String name) throws IOException {
    return list(name).stream().map(entry -> entry.getPath().getName()).toList();
  }

  /**
   * Whether a path is the directory's, or lies in it.
   *
   * @param qualified with its file system
   */
  public boolean contains(Path qualified) {
    for (Path path = qualified; path != null; path = path.getParent()) {
      if (path.equals(root)) {
        return true;
      }
    }
    return false;
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  /** Path of something in the directory. */
  Path path(String name) {
    return name.isEmpty() ? root : new Path(root, name);
  }

  /** What a directory holds, by name; nothing if it is not there. A file holds itself. */
  List<FileStatus> list(String name) throws IOException {
    try {
      FileStatus[] entries = fileSystem.listStatus(path(name));
      Arrays.sort(entries);
      return List.of(entries);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * A file's content.
   *
   * @param limit most bytes that it may have
   * @throws IOException also where it has more
   */
  byte[] read(String name, long limit) throws IOException {
    Path path = path(name);
    long length = fileSystem.getFileStatus(path).getLen();
    if (length > limit) {
      throw new IOException(path + ": expected at most " + limit + " bytes, found " + length);
    }
    try (var in = fileSystem.open(path)) {
      return in.readNBytes((int) length);
    }
  }

  /** Writes a file that nothing relies on; one that is there is replaced. */
  public void replace(String name, byte[] content) throws IOException {
    try (OutputStream out = fileSystem.create(path(name), true)) {
      out.write(content);
    }
  }

  /** Removes a file or directory with all that it holds; nothing if it is not there. */
  public void remove(String name) throws IOException {
    fileSystem.delete(path(name), true);
  }

  @Override
  public void close() throws IOException {
    if (ownsFileSystem) {
      fileSystem.close();
    }
  }
}
