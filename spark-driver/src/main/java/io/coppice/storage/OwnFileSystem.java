package io.coppice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
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
   * Hadoop's, but that permissions are set and read by Java. Where its native library is missing,
   * Hadoop's own starts a process for every new file and directory, which takes longer than to
   * write a small file, and for every file that it lists with its blocks: minutes for a folder of
   * tens of thousands of images.
   */
  static class RawLocal extends RawLocalFileSystem {

    private static final int PERMISSION_BITS = 01777;

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      List<FileStatus> files = new ArrayList<>();
      for (FileStatus file : super.listStatus(path)) {
        try {
          files.add(withPermission(file));
        } catch (NoSuchFileException e) {
          // Another process removed it meanwhile, as it may with any file of a listing.
          continue;
        }
      }
      return files.toArray(FileStatus[]::new);
    }

    private FileStatus withPermission(FileStatus file) throws IOException {
      int mode = (int) Files.getAttribute(pathToFile(file.getPath()).toPath(), "unix:mode");
      return new FileStatus(
          file.getLen(),
          file.isDirectory(),
          file.getReplication(),
          file.getBlockSize(),
          file.getModificationTime(),
          file.getAccessTime(),
          new FsPermission((short) (mode & PERMISSION_BITS)),
          "",
          "",
          file.getPath());
    }

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
