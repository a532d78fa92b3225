package io.coppice.exchange;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a zip that somebody else made: only entries of known names, each at most once and bounded,
 * from memory.
 */
public final class BoundedArchive {

  /** An archive that can be unpacked and has an entry that it is not to have. */
  public static final class RefusedException extends ZipException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
      super(message);
    }
  }

  /** Looks at an entry. */
  public interface EntryReader {

    /**
     * Looks at the content as far as it likes; the rest is unpacked and counted all the same.
     *
     * @param content bounded: it is refused where it goes on for longer than it may
     */
    void read(String name, InputStream content) throws IOException;
  }

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
   * @throws RefusedException if it has an entry that is not known, too large or there twice, or
   *     none at all
   * @throws IOException if it is damaged
   */
  static Map<String, byte[]> read(byte[] archive, Map<String, Long> wanted, Set<String> skipped)
      throws IOException {
    Map<String, Long> known = new HashMap<>(wanted);
    skipped.forEach(name -> known.put(name, Long.MAX_VALUE));
    Map<String, byte[]> entries = new HashMap<>();
    Set<String> seen =
        scan(
            archive,
            known,
            (name, content) -> {
              if (wanted.containsKey(name)) {
                entries.put(name, content.readAllBytes());
              }
            });
    if (seen.isEmpty()) {
      throw new RefusedException("it has no entries, or is cut off");
    }
    return entries;
  }

  /**
   * Unpacks everything once without keeping it.
   *
   * @param known names of entries and the most bytes that each may have
   * @param reader sees each entry in turn
   * @return the names of the entries that are there; an empty set for what is no archive
   * @throws RefusedException if it has an entry that is not known, too large or there twice
   * @throws IOException if it is damaged
   */
  public static Set<String> scan(byte[] archive, Map<String, Long> known, EntryReader reader)
      throws IOException {
    long plausible = MOST_TIMES_LARGER * archive.length + SMALL;
    Set<String> seen = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
        String name = entry.getName();
        Long limit = known.get(name);
        if (limit == null) {
          throw new RefusedException("entry '" + name + "' is none that a model has");
        }
        if (!seen.add(name)) {
          throw new RefusedException("entry '" + name + "' is there twice");
        }
        InputStream content = new BoundedContent(zip, name, Math.min(limit, plausible));
        reader.read(name, content);
        content.transferTo(OutputStream.nullOutputStream());
      }
    } catch (EOFException e) {
      throw new ZipException("it is cut off");
    }
    return seen;
  }

  private static @Nullable ZipEntry next(ZipInputStream zip) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new RefusedException("the name of an entry is not UTF-8");
    }
  }

  /** Refuses to give more bytes than an entry may have. */
  private static final class BoundedContent extends InputStream {
    private final InputStream content;
    private final String name;
    private final long limit;
    private long size;

    BoundedContent(InputStream content, String name, long limit) {
      this.content = content;
      this.name = name;
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      int value = content.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = content.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int bytes) throws RefusedException {
      size += bytes;
      if (size > limit) {
        throw new RefusedException("entry '" + name + "' unpacks to more than " + limit + " bytes");
      }
    }
  }
}
