package io.coppice.storage;

import java.io.FileNotFoundException;
import java.io.IOException;

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
  static byte[] read(RunDirectory directory, String name, long bytes, String sha256)
      throws IOException {
    String where = directory.path(name).toString();
    if (bytes < 0 || bytes > LARGEST) {
      throw new DamagedException(
          where + ": the manifest gives it " + bytes + " bytes, where 0 to " + LARGEST + " can be");
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
    byte[] content = directory.read(name, LARGEST);
    String found = HashedFile.sha256(content);
    if (!found.equals(sha256)) {
      throw new DamagedException(where + ": expected SHA-256 " + sha256 + ", found " + found);
    }
    return content;
  }
}
