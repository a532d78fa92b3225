package io.coppice.source;

import io.coppice.data.InvalidDataException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a tar archive in the convention of WebDataset: files that follow each other and
 * have one name up to the first dot are of one sample. Its image has the ending of an image's kind,
 * the number of its class is the text of {@code cls}; whatever else there is does not matter. Not
 * thread-safe.
 */
final class TarSamples implements AutoCloseable {

  private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "bmp", "gif");
  private static final String LABEL = "cls";
  private static final int MOST_LABEL_BYTES = 64;
  private static final int RECORD = 512;

  private final String file;
  private final Archive archive;
  private final TarArchiveInputStream tar;
  private @Nullable TarArchiveEntry ahead;
  private boolean begun;

  /**
   * A sample.
   *
   * @param name what its files are called, up to the first dot
   * @param image its image file; null if there is none
   * @param label text of its class; null if there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // goes from an archive to its reader
  record Sample(String name, byte @Nullable [] image, @Nullable String label) {}

  /**
   * @param file what the archive is called, for messages
   * @param content of it; is closed with this
   */
  TarSamples(String file, InputStream content) {
    this.file = file;
    this.archive = new Archive(content);
    this.tar = new TarArchiveInputStream(archive, StandardCharsets.UTF_8.name());
  }

  /**
   * The next sample that has an image or a label; null after the last one.
   *
   * @throws InvalidDataException if the archive is damaged or ends early
   * @throws UncheckedIOException if it cannot be read
   */
  @Nullable Sample next() {
    try {
      if (!begun) {
        begun = true;
        advance();
      }
      while (ahead != null) {
        Sample sample = sample(ahead);
        if (sample.image() != null || sample.label() != null) {
          return sample;
        }
      }
      return null;
    } catch (InvalidDataException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidDataException(
          file
              + ": not a whole tar archive: at byte "
              + archive.bytes
              + " of it: "
              + e.getMessage());
    }
  }

  private Sample sample(TarArchiveEntry first) throws IOException {
    String name = stem(first);
    byte[] image = null;
    String label = null;
    for (TarArchiveEntry entry = first;
        entry != null && stem(entry).equals(name);
        entry = advance()) {
      String ending = entry.getName().substring(name.length()).toLowerCase(Locale.ROOT);
      String kind = ending.isEmpty() ? "" : ending.substring(1);
      if (IMAGES.contains(kind)) {
        requireFirst(image, name, "an image");
        image = content(entry, ImageFilesRdd.MOST_BYTES);
      } else if (kind.equals(LABEL)) {
        requireFirst(label, name, "a class");
        label = new String(content(entry, MOST_LABEL_BYTES), StandardCharsets.UTF_8).strip();
      }
    }
    return new Sample(name, image, label);
  }

  private void requireFirst(@Nullable Object before, String name, String what) {
    if (before != null) {
      throw new InvalidDataException(
          file + ", " + name + ": expected " + what + " for every sample, found a second one");
    }
  }

  private byte[] content(TarArchiveEntry entry, int most) throws IOException {
    byte[] content = tar.readNBytes(most);
    if (content.length < Math.min(most, entry.getSize())) {
      throw new IOException("it ends within " + entry.getName());
    }
    return content;
  }

  private @Nullable TarArchiveEntry advance() throws IOException {
    TarArchiveEntry entry = tar.getNextTarEntry();
    while (entry != null && (!entry.isFile() || isHidden(entry))) {
      entry = tar.getNextTarEntry();
    }
    if (entry == null && archive.zeros < RECORD) {
      throw new IOException("it ends without the mark of its end");
    }
    ahead = entry;
    return entry;
  }

  private static boolean isHidden(TarArchiveEntry entry) {
    return entry.getName().startsWith(".", lastPart(entry));
  }

  private static int lastPart(TarArchiveEntry entry) {
    return entry.getName().lastIndexOf('/') + 1;
  }

  private static String stem(TarArchiveEntry entry) {
    int dot = entry.getName().indexOf('.', lastPart(entry));
    return dot < 0 ? entry.getName() : entry.getName().substring(0, dot);
  }

  @Override
  public void close() {
    try {
      tar.close();
    } catch (IOException e) {
      // What was read is read.
      return;
    }
  }

  /** The archive as it is stored: its failures are not those of its format. */
  private static final class Archive extends FilterInputStream {
    private long bytes;
    private long zeros;

    Archive(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      try {
        int count = in.read(target, offset, length);
        for (int i = 0; i < count; i++) {
          zeros = target[offset + i] == 0 ? zeros + 1 : 0;
        }
        bytes += Math.max(0, count);
        return count;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Reads, as what is passed over is to be there. */
    @Override
    public long skip(long count) {
      byte[] passed = new byte[(int) Math.min(count, 1 << 16)];
      return Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public int available() {
      return 0;
    }
  }
}
