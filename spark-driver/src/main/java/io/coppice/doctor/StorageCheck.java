package io.coppice.doctor;

import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks of a file system by a path on it. */
final class StorageCheck {

  private static final String ADVICE =
      "see to the path, the rights of this user and the credentials (settings under 'hadoop')";

  private StorageCheck() {}

  /**
   * Whether a run can be kept in a directory: whether a file there can be written, listed, read,
   * written anew, and removed. Leaves nothing behind.
   */
  static Finding writable(String check, String directory, Configuration hadoop) {
    try {
      Path root = new Path(directory);
      try (FileSystem fileSystem = OwnFileSystem.of(root, hadoop)) {
        fileSystem.setWriteChecksum(false);
        boolean made = !fileSystem.exists(root);
        Path probe = new Path(root, "coppice-doctor-" + UUID.randomUUID());
        try {
          return tried(check, directory, fileSystem, probe);
        } finally {
          fileSystem.delete(probe, false);
          if (made) {
            fileSystem.delete(root, false);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      return Finding.fail(check, directory + ": " + message(e), ADVICE);
    }
  }

  private static Finding tried(String check, String directory, FileSystem fileSystem, Path probe)
      throws IOException {
    for (String text : new String[] {"first", "second time"}) {
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      try (FSDataOutputStream out = fileSystem.create(probe, true)) {
        out.write(content);
      }
      byte[] read;
      try (FSDataInputStream in = fileSystem.open(probe)) {
        read = in.readAllBytes();
      }
      if (!Arrays.equals(read, content)) {
        return Finding.fail(
            check,
            directory + ": what was read is not what had been written",
            "use a file system whose reads show the last write");
      }
      boolean listed =
          Arrays.stream(fileSystem.listStatus(probe.getParent()))
              .anyMatch(file -> file.getPath().getName().equals(probe.getName()));
      if (!listed) {
        return Finding.fail(
            check,
            directory + ": a file that was written is not listed",
            "use a file system whose listings show what was written before");
      }
    }
    fileSystem.delete(probe, false);
    if (fileSystem.exists(probe)) {
      return Finding.fail(check, directory + ": a file cannot be removed", ADVICE);
    }
    return Finding.ok(
        check, directory + " by " + fileSystem.getScheme() + ": writes, lists, reads, removes");
  }

  /** Whether what a path names is there and can be listed or opened. */
  static Finding readable(String check, String path, Configuration hadoop) {
    try {
      Path where = new Path(path);
      try (FileSystem fileSystem = OwnFileSystem.of(where, hadoop)) {
        if (fileSystem.getFileStatus(where).isDirectory()) {
          int entries = fileSystem.listStatus(where).length;
          return Finding.ok(check, path + ": a directory of " + entries + " entries");
        }
        fileSystem.open(where).close();
        return Finding.ok(check, path + ": a file that can be read");
      }
    } catch (IOException | RuntimeException e) {
      return Finding.fail(
          check,
          path + ": " + message(e),
          "name data that the driver and every executor can read, by the same path");
    }
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
