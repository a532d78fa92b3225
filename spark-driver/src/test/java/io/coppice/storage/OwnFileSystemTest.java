package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFileSystemTest {

  @TempDir java.nio.file.Path directory;

  @Test
  void of_localPath_setsPermissionsAsHadoopDoes() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set(FsPermission.UMASK_LABEL, "027");
    try (FileSystem ours = OwnFileSystem.of(new Path(directory.toUri()), hadoop);
        FileSystem hadoops = FileSystem.newInstance(directory.toUri(), hadoop)) {
      assertThat(ours).isInstanceOf(OwnFileSystem.Local.class);
      for (String name : new String[] {"ours", "hadoops"}) {
        FileSystem fileSystem = name.equals("ours") ? ours : hadoops;
        fileSystem.create(new Path(directory + "/" + name + "/file")).close();
        fileSystem.setPermission(
            new Path(directory + "/" + name), FsPermission.valueOf("drwxrwx--t"));
      }
    }
    assertThat(permissions("ours/file"))
        .isEqualTo(permissions("hadoops/file"))
        .isEqualTo("rw-r-----");
    assertThat(permissions("ours")).isEqualTo(permissions("hadoops"));
    assertThat(Files.getAttribute(directory.resolve("ours"), "unix:mode"))
        .as("with the sticky bit")
        .isEqualTo(Files.getAttribute(directory.resolve("hadoops"), "unix:mode"));
  }

  /** A status of Hadoop's own class asks a process. */
  @Test
  void listFiles_localFolder_knowsPermissionsWithoutAProcess() throws IOException {
    java.nio.file.Path file = Files.createDirectories(directory.resolve("a folder/b")).resolve("c");
    Files.write(file, new byte[3]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
    try (FileSystem fileSystem =
        OwnFileSystem.of(new Path(directory.toUri()), new Configuration())) {
      RemoteIterator<LocatedFileStatus> files =
          fileSystem.listFiles(new Path(directory.toUri()), true);
      LocatedFileStatus found = files.next();
      assertThat(files.hasNext()).isFalse();
      assertThat(found.getPath().toUri().getPath()).isEqualTo(file.toString());
      assertThat(found.getLen()).isEqualTo(3);
      assertThat(found.getPermission()).isEqualTo(FsPermission.valueOf("-rw-r-x--x"));
      assertThat(fileSystem.listStatus(found.getPath().getParent()))
          .singleElement()
          .satisfies(status -> assertThat(status).isExactlyInstanceOf(FileStatus.class));
    }
  }

  /** Owners of a run's directory come and go while others look who is there. */
  @Test
  void listStatus_filesThatGoMeanwhile_listsTheOthers() throws Exception {
    Files.createFile(directory.resolve("stays"));
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> others =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (!ended.get()) {
                  for (int i = 0; i < 20; i++) {
                    Files.createFile(directory.resolve("goes" + i));
                  }
                  for (int i = 0; i < 20; i++) {
                    Files.delete(directory.resolve("goes" + i));
                  }
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try (FileSystem fileSystem =
        OwnFileSystem.of(new Path(directory.toUri()), new Configuration())) {
      for (int i = 0; i < 500; i++) {
        assertThat(fileSystem.listStatus(new Path(directory.toUri())))
            .anySatisfy(status -> assertThat(status.getPath().getName()).isEqualTo("stays"));
      }
    } finally {
      ended.set(true);
      others.get();
    }
  }

  @Test
  void of_localFileSystemThatTheUserNames_isThat() throws IOException {
    Configuration hadoop = FaultyFileSystem.configuration();
    hadoop.setClass("fs.file.impl", FaultyFileSystem.class, FileSystem.class);
    try (FileSystem fileSystem = OwnFileSystem.of(new Path(directory.toUri()), hadoop)) {
      assertThat(fileSystem).isInstanceOf(FaultyFileSystem.class);
    }
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }
}
