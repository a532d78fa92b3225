package io.coppice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * File systems that belong to whoever opens them: Hadoop's shared ones have the settings of whoever
 * came first.
 */
public final class OwnFileSystem {

  private static final String LOCAL = "fs.file.impl";

  private OwnFileSystem() {}

  /**
   * An instance of a path's file system, to be closed by the caller.
   *
   * @param hadoop its settings; is not changed
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    Configuration own = new Configuration(hadoop);
    if (own.get(LOCAL) == null) {
      own.setClass(LOCAL, Local.class, FileSystem.class);
    }
    return FileSystem.newInstance(path.toUri(), own);
  }

  /** Hadoop's local file system, but for {@link RawLocal}. */
  public static final class Local extends LocalFileSystem {

    /** For Hadoop. */
    public Local() {
      super(new RawLocal());
    }
  }

  /**
   * Hadoop's, but that permissions are set by Java. Hadoop's own starts a process for every new
   * file and directory where its native library is missing, which takes longer than to write a
   * small file.
   */
  static class RawLocal extends RawLocalFileSystem {

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      if (permission.getStickyBit()) {
        super.setPermission(path, permission);
        return;
      }
      Files.setPosixFilePermissions(
          pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
    }
  }
}
