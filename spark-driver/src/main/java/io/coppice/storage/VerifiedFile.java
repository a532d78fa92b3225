package io.coppice.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Reads a file only as its manifest describes it. */
final class VerifiedFile {

  /** No array holds more. */
  private static final long LARGEST = Integer.MAX_VALUE - 16L;

  private VerifiedFile() {}

  /**
   * The content of a file.
   *
   * @param bytes size by the manifest, looked at before anything is read
   * @param sha256 hash by the manifest
   * @throws DamagedException if it is missing, or of another size or hash
   */
  static byte[] read(StoredDirectory directory, String name, long bytes, String sha256)
      throws IOException {
    requireSize(directory, name, bytes, LARGEST);
    byte[] content = directory.read(name, LARGEST);
    requireHash(directory, name, HashedFile.sha256(content), sha256);
    return content;
  }

  /** Compares a file of any size with its manifest, as {@link #read} does. */
  static void check(StoredDirectory directory, String name, long bytes, String sha256)
      throws IOException {
    copy(directory, name, bytes, sha256, OutputStream.nullOutputStream());
  }

  /**
   * Copies a file of any size; whether it is as its manifest says is known at the end only.
   *
   * @throws DamagedException as {@link #read} does
   */
  static void copy(
      StoredDirectory directory, String name, long bytes, String sha256, OutputStream out)
      throws IOException {
    requireSize(directory, name, bytes, Long.MAX_VALUE);
    MessageDigest digest = HashedFile.sha256();
    try (InputStream in = directory.fileSystem().open(directory.path(name))) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
    requireHash(directory, name, HexFormat.of().formatHex(digest.digest()), sha256);
  }

  private static void requireSize(StoredDirectory directory, String name, long bytes, long largest)
      throws IOException {
    String where = directory.path(name).toString();
    if (bytes < 0 || bytes > largest) {
      throw new DamagedException(
          where + ": the manifest gives it " + bytes + " bytes, where 0 to " + largest + " can be");
    }
    long length;
    try {
      length = directory.fileSystem().getFileStatus(directory.path(name)).getLen();
    } catch (FileNotFoundException e) {
      throw new DamagedException(where + ": expected " + bytes + " bytes, found no file");
    }
    if (length != bytes) {
      throw new DamagedException(where + ": expected " + bytes + " bytes, found " + length);
    }
  }

  private static void requireHash(
      StoredDirectory directory, String name, String found, String expected)
      throws DamagedException {
    if (!found.equals(expected)) {
      throw new DamagedException(
          directory.path(name) + ": expected SHA-256 " + expected + ", found " + found);
    }
  }
}
