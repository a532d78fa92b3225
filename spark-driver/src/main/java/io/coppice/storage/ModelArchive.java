package io.coppice.storage;

import io.coppice.exchange.BoundedArchive;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;

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

  private ModelArchive() {}

  /**
   * Checks names, number and sizes of the entries.
   *
   * @param where path of the file, for messages
   * @throws DamagedException if an entry is missing, not one that Coppice writes, there twice, too
   *     large, or made of serialised objects
   */
  static void check(byte[] archive, String where) throws IOException {
    Set<String> found;
    try {
      found = BoundedArchive.scan(archive, ENTRIES, ModelArchive::requireNoObjects);
    } catch (BoundedArchive.RefusedException e) {
      throw new DamagedException(where + ": " + e.getMessage());
    } catch (ZipException e) {
      throw new DamagedException(where + ": not an archive: " + e.getMessage());
    }
    if (found.size() < ENTRIES.size()) {
      throw new DamagedException(where + ": expected " + ENTRIES.keySet() + ", found " + found);
    }
  }

  private static void requireNoObjects(String entry, InputStream content) throws IOException {
    if (content.read() == SERIALISED[0] && content.read() == SERIALISED[1]) {
      throw new BoundedArchive.RefusedException(
          "entry '" + entry + "' is a serialised Java object, which no model holds");
    }
  }
}
