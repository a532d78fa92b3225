package io.coppice.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A run's event file where TensorBoard looks for it. As long as the run goes on, the file grows,
 * and TensorBoard reads on from where it was. Where what it has read holds no more, as after a
 * kill, another file takes its place, of a name that comes later, and the one before is left empty.
 */
public final class TensorBoardDirectory {

  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".coppice";

  private final FileSystem fileSystem;
  private final Path directory;

  /**
   * @param directory holds the events of one run; is made where it is not there
   */
  public TensorBoardDirectory(FileSystem fileSystem, Path directory) {
    this.fileSystem = fileSystem;
    this.directory = directory;
  }

  /** Makes the run's events what some bytes are; whether anything changed. */
  public boolean update(byte[] events) throws IOException {
    fileSystem.mkdirs(directory);
    Path last = last();
    byte[] before = last == null ? new byte[0] : read(last);
    if (Arrays.equals(before, events)) {
      return false;
    }
    boolean goesOn =
        before.length <= events.length
            && Arrays.equals(before, Arrays.copyOf(events, before.length));
    Path file = last != null && goesOn ? last : next(last);
    try (OutputStream out = fileSystem.create(file, true)) {
      out.write(events);
    }
    if (last != null && !goesOn) {
      // TensorBoard gets stuck at a file that is gone, while one that is empty has no more to read.
      fileSystem.create(last, true).close();
    }
    return true;
  }

  private @Nullable Path last() throws IOException {
    return Arrays.stream(
            fileSystem.listStatus(
                directory,
                path -> path.getName().startsWith(PREFIX) && path.getName().endsWith(SUFFIX)))
        .map(FileStatus::getPath)
        .max(Comparator.comparing(Path::getName))
        .orElse(null);
  }

  private Path next(@Nullable Path last) {
    long number = 1;
    if (last != null) {
      String name = last.getName();
      number += Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    }
    return new Path(directory, String.format(Locale.ROOT, "%s%010d%s", PREFIX, number, SUFFIX));
  }

  private byte[] read(Path file) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      return in.readAllBytes();
    }
  }
}
