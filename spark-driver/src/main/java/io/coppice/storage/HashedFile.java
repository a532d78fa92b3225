package io.coppice.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

/** A file whose size and hash are taken while it is written; replaces what was there. */
public final class HashedFile implements AutoCloseable {

  /** Size and SHA-256 of a file. */
  public record Summary(long bytes, String sha256) {}

  private final Path path;
  private final FSDataOutputStream raw;
  private final DigestOutputStream digest;
  private final Consumer<Summary> whenClosed;
  private boolean closed;

  /**
   * @param whenClosed is told size and hash
   */
  HashedFile(FileSystem fileSystem, Path path, Consumer<Summary> whenClosed) throws IOException {
    this.path = path;
    this.raw = fileSystem.create(path, true);
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
        digest.write(value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.write(bytes, offset, length);
      }

      @Override
      public void flush() throws IOException {
        digest.flush();
      }
    };
  }

  /** Writes a line and lets readers see it, where the file system can. */
  public void writeLine(String line) {
    try {
      digest.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      if (raw.hasCapability(StreamCapabilities.HFLUSH)) {
        raw.hflush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
  }

  /** Closes the file, on disk where the file system can promise that. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (raw.hasCapability(StreamCapabilities.HSYNC)) {
        raw.hsync();
      }
    } catch (IOException e) {
      closeQuietly(e);
      throw e;
    }
    long bytes = raw.getPos();
    digest.close();
    whenClosed.accept(
        new Summary(bytes, HexFormat.of().formatHex(digest.getMessageDigest().digest())));
  }

  private void closeQuietly(IOException failure) {
    try {
      raw.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
