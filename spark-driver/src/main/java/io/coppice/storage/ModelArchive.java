package io.coppice.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Looks into the archive of a Deeplearning4j model without unpacking or deserialising anything:
 * whoever loads it next does.
 */
final class ModelArchive {

  /** The entries that Coppice writes, and the most bytes that each may unpack to. */
  private static final Map<String, Long> ENTRIES =
      Map.of(
          "configuration.json", 64L << 20,
          "coefficients.bin", 4L << 30,
          "normalizer.bin", 1L << 20);

  /** What a stream of serialised Java objects begins with. */
  private static final int[] SERIALISED = {0xAC, 0xED};

  /** Weights hardly compress; what unpacks to far more than the archive is a bomb. */
  private static final long MOST_TIMES_LARGER = 20;

  private static final long SMALL = 4L << 20;

  private ModelArchive() {}

  /**
   * Checks names, number and sizes of the entries.
   *
   * @param where path of the file, for messages
   * @throws DamagedException if an entry is missing, not one that Coppice writes, there twice, too
   *     large, or made of serialised objects
   */
  static void check(byte[] archive, String where) throws IOException {
    Set<String> seen = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Long limit = ENTRIES.get(entry.getName());
        if (limit == null) {
          throw new DamagedException(
              where + ": entry '" + entry.getName() + "' is none that a model has");
        }
        if (!seen.add(entry.getName())) {
          throw new DamagedException(where + ": entry '" + entry.getName() + "' is there twice");
        }
        long plausible = MOST_TIMES_LARGER * archive.length + SMALL;
        checkContent(zip, entry.getName(), Math.min(limit, plausible), where);
      }
    } catch (ZipException e) {
      throw new DamagedException(where + ": not an archive: " + e.getMessage());
    }
    if (seen.size() < ENTRIES.size()) {
      throw new DamagedException(where + ": expected " + ENTRIES.keySet() + ", found " + seen);
    }
  }

  private static void checkContent(InputStream content, String entry, long limit, String where)
      throws IOException {
    int first = content.read();
    int second = content.read();
    if (first == SERIALISED[0] && second == SERIALISED[1]) {
      throw new DamagedException(
          where + ": entry '" + entry + "' is a serialised Java object, which no model holds");
    }
    byte[] buffer = new byte[1 << 16];
    long size = 2;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      size += count;
      if (size > limit) {
        throw new DamagedException(
            where + ": entry '" + entry + "' unpacks to more than " + limit + " bytes");
      }
    }
  }
}
