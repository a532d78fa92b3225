package io.coppice.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Checks of directories of a machine. */
final class Directories {

  private static final long LEAST_MIB = 1024;
  private static final long MIB = 1 << 20;
  private static final int PATIENCE_SECONDS = 10;

  private Directories() {}

  /** Whether files can be written to a directory and executed there, as native libraries are. */
  static Finding executable(String check, Path directory) {
    Path script;
    try {
      Files.createDirectories(directory);
      script =
          Files.createTempFile(
              directory,
              "coppice-doctor",
              ".sh",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      return Finding.fail(
          check,
          directory + " cannot be written to: " + e,
          "let this user write there, or name another directory");
    }
    try {
      Files.writeString(script, "#!/bin/sh\nexit 0\n");
      Process process = new ProcessBuilder(script.toString()).start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Finding.caution(
            check, directory + ": executing a file takes long", "see to the disk");
      }
      return Finding.ok(check, directory + ", writable and executable");
    } catch (IOException e) {
      return Finding.fail(
          check,
          directory + ": nothing can be executed there: " + e.getMessage(),
          "it is mounted noexec, so that native libraries cannot be loaded from it; name another one by"
              + " -Dorg.bytedeco.javacpp.cachedir=DIR and -Djava.io.tmpdir=DIR among this JVM's options");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.caution(check, directory + ": the check was interrupted", "ask again");
    } finally {
      delete(script);
    }
  }

  /** Whether a directory can be written to, and has room. */
  static Finding roomy(String check, Path directory) {
    Path probe = directory.resolve("coppice-doctor-" + ProcessHandle.current().pid());
    try {
      Files.writeString(probe, "probe");
      long free = Files.getFileStore(directory).getUsableSpace() / MIB;
      String found = String.format(Locale.ROOT, "%s, writable, %,d MiB free", directory, free);
      return free < LEAST_MIB
          ? Finding.caution(
              check,
              found,
              "executors need room for the images twice; name a larger disk by spark.local.dir")
          : Finding.ok(check, found);
    } catch (IOException e) {
      return Finding.fail(
          check,
          directory + " cannot be written to: " + e,
          "let this user write there, or name another directory by spark.local.dir");
    } finally {
      delete(probe);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is a temporary file.
      return;
    }
  }
}
