package io.coppice.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads a zip that somebody else made: only entries of known names, each at most once and bounded,
 * from memory into memory.
 */
final class BoundedArchive {

  /** Weights hardly compress; what unpacks to far more than the archive is a bomb. */
  private static final long MOST_TIMES_LARGER = 20;

  private static final long SMALL = 4L << 20;

  private BoundedArchive() {}

  /** Whether it begins as a zip does. */
  static boolean fits(byte[] content) {
    return content.length > 4
        && content[0] == 'P'
        && content[1] == 'K'
        && content[2] == 3
        && content[3] == 4;
  }

  /**
   * Unpacks entries.
   *
   * @param wanted names of entries and the most bytes that each may have
   * @param skipped names of entries that may be there and are not looked at
   * @return the wanted entries that are there
   * @throws IOException if it is damaged, or has an entry that is not known, too large or there
   *     twice
   */
  static Map<String, byte[]> read(byte[] archive, Map<String, Long> wanted, Set<String> skipped)
      throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    Set<String> seen = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (!wanted.containsKey(name) && !skipped.contains(name)) {
          throw new ZipException("entry '" + name + "' is none that a model has");
        }
        if (!seen.add(name)) {
          throw new ZipException("entry '" + name + "' is there twice");
        }
        long plausible = MOST_TIMES_LARGER * archive.length + SMALL;
        long limit = Math.min(wanted.getOrDefault(name, plausible), plausible);
        byte[] content = bounded(zip, name, limit, wanted.containsKey(name));
        if (wanted.containsKey(name)) {
          entries.put(name, content);
        }
      }
    }
    if (seen.isEmpty()) {
      throw new ZipException("it has no entries, or is cut off");
    }
    return entries;
  }

  private static byte[] bounded(InputStream content, String name, long limit, boolean keep)
      throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      size += count;
      if (size > limit) {
        throw new ZipException("entry '" + name + "' unpacks to more than " + limit + " bytes");
      }
      if (keep) {
        kept.write(buffer, 0, count);
      }
    }
    return kept.toByteArray();
  }
}
