package io.coppice.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.io.IOUtils;

/** A file whose size and hash are taken while it is written. */
public final class HashedFile implements AutoCloseable {

  /** Size and SHA-256 of a file. */
  public record Summary(long bytes, String sha256) {}

  private final Path path;
  private final FSDataOutputStream raw;
  private final DigestOutputStream digest;
  private final Consumer<Summary> whenClosed;
  private boolean closed;
  private boolean failed;

  /**
   * A file that replaces what was there.
   *
   * @param whenClosed is told size and hash
   */
  HashedFile(FileSystem fileSystem, Path path, Consumer<Summary> whenClosed) throws IOException {
    this(fileSystem, path, true, whenClosed);
  }

  /**
   * @param replaces whether it replaces what was there; else that is an error
   * @param whenClosed is told size and hash
   */
  HashedFile(FileSystem fileSystem, Path path, boolean replaces, Consumer<Summary> whenClosed)
      throws IOException {
    this.path = path;
    this.raw = fileSystem.create(path, replaces);
    this.digest = new DigestOutputStream(raw, sha256());
    this.whenClosed = whenClosed;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  /** The bytes go here; need not be closed. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        attempt(() -> digest.write(bytes, offset, length));
      }

      @Override
      public void flush() throws IOException {
        attempt(digest::flush);
      }
    };
  }

  /** Writes a line and lets readers see it, where the file system can. */
  void writeLine(String line) throws IOException {
    stream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (raw.hasCapability(StreamCapabilities.HFLUSH)) {
      attempt(raw::hflush);
    }
  }

  /**
   * Closes the file, on disk where the file system can promise that. After a failure, which its
   * caller knows of already, only lets go of it.
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (failed) {
      abandon();
      return;
    }
    if (raw.hasCapability(StreamCapabilities.HSYNC)) {
      attempt(raw::hsync);
    }
    long bytes = raw.getPos();
    attempt(digest::close);
    whenClosed.accept(
        new Summary(bytes, HexFormat.of().formatHex(digest.getMessageDigest().digest())));
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Does something to the file; a failure names it, and is an exception of its own. */
  private void attempt(Action action) throws IOException {
    try {
      action.run();
    } catch (IOException e) {
      failed = true;
      if (closed) {
        abandon();
      }
      // Some file systems throw the same exception again at every later call, and Java refuses to
      // add an exception to itself.
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** Lets go of the file as it is; nobody is told of it. */
  void abandon() {
    closed = true;
    IOUtils.closeStream(raw);
  }
}
