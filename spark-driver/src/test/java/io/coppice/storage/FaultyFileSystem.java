package io.coppice.storage;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, under a scheme of its own, whose n-th change of anything fails, or that
 * cannot read some files.
 */
public final class FaultyFileSystem extends OwnFileSystem.RawLocal {

  /** Of its paths. */
  public static final String SCHEME = "faulty";

  /** What stands in the names of files that cannot be read. */
  public static final String LOST = "lost";

  private static final int NEVER = Integer.MAX_VALUE;
  private static final AtomicInteger CHANGES_LEFT = new AtomicInteger(NEVER);

  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static volatile boolean unchecked;

  /** Properties of Hadoop by which it is reached. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass(
        "fs." + SCHEME + ".impl", FaultyFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return configuration;
  }

  /** Lets so many changes happen and every later one fail. */
  public static void failAfter(int changes) {
    CHANGES_LEFT.set(changes);
  }

  /** Lets every change fail with an exception that no signature names, as clients of stores do. */
  static void failUnchecked() {
    FAILURES.set(0);
    unchecked = true;
    CHANGES_LEFT.set(0);
  }

  /** Lets every change happen. */
  public static void work() {
    CHANGES_LEFT.set(NEVER);
    unchecked = false;
  }

  /** Changes that have failed unchecked. */
  static int uncheckedFailures() {
    return FAILURES.get();
  }

  private static void change() throws IOException {
    if (CHANGES_LEFT.get() != NEVER && CHANGES_LEFT.getAndDecrement() <= 0) {
      CHANGES_LEFT.set(0);
      if (unchecked) {
        FAILURES.incrementAndGet();
        throw new IllegalStateException("the client of the store was closed");
      }
      throw new IOException("No space left on device");
    }
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (path.getName().contains(LOST)) {
      throw new IOException(path + ": the connection was reset");
    }
    return super.open(path, bufferSize);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change();
    return super.delete(path, recursive);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    FSDataOutputStream out =
        super.create(path, permission, overwrite, 1, replication, blockSize, progress);
    return new FSDataOutputStream(new FaultyStream(out), statistics);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(
        path,
        FsPermission.getFileDefault(),
        overwrite,
        bufferSize,
        replication,
        blockSize,
        progress);
  }

  /** Writes half of what it is given before it fails. */
  private static final class FaultyStream extends FilterOutputStream {

    FaultyStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      change();
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        change();
      } catch (IOException e) {
        out.write(bytes, offset, length / 2);
        throw e;
      }
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      try {
        change();
      } finally {
        out.close();
      }
    }
  }
}
