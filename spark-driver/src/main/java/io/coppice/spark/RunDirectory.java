package io.coppice.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of a run's result, on the file system of its path's own scheme. Remembers size and
 * SHA-256 of every file written, for the manifest, which is written last.
 */
public final class RunDirectory {

  /** Size and SHA-256 of a file. */
  public record FileSummary(long bytes, String sha256) {}

  private final Path root;
  private final FileSystem fileSystem;
  private final Map<String, FileSummary> files = new TreeMap<>();

  private RunDirectory(Path root, FileSystem fileSystem) {
    this.root = root;
    this.fileSystem = fileSystem;
  }

  /**
   * Makes the directory.
   *
   * @throws OutputInUseException if it is there already and holds anything
   * @throws IOException if it cannot be made
   */
  public static RunDirectory create(String path, Configuration hadoop) throws IOException {
    Path root = new Path(path);
    FileSystem fileSystem = root.getFileSystem(hadoop);
    fileSystem.setWriteChecksum(false);
    if (fileSystem.exists(root)
        && (!fileSystem.getFileStatus(root).isDirectory()
            || fileSystem.listStatus(root).length > 0)) {
      throw new OutputInUseException(path);
    }
    if (!fileSystem.mkdirs(root)) {
      throw new IOException(path + ": the directory could not be made");
    }
    return new RunDirectory(fileSystem.makeQualified(root), fileSystem);
  }

  /** Its full path; a plain one where it is local. */
  public String location() {
    return root.toUri().getScheme().equals("file") ? root.toUri().getPath() : root.toString();
  }

  /** Writes a file and remembers it. */
  public void write(String name, Content content) throws IOException {
    try (HashedFile file = open(name)) {
      content.writeTo(file.stream());
    }
  }

  /** Opens a file to be written bit by bit; it is remembered when it is closed. */
  public HashedFile open(String name) throws IOException {
    return new HashedFile(name);
  }

  /** Files written and closed so far, by name. */
  public Map<String, FileSummary> files() {
    return new TreeMap<>(files);
  }

  /** Writes a file's bytes. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A file whose size and hash are taken while it is written. */
  public final class HashedFile implements AutoCloseable {
    private final String name;
    private final FSDataOutputStream raw;
    private final DigestOutputStream digest;
    private boolean closed;

    private HashedFile(String name) throws IOException {
      this.name = name;
      this.raw = fileSystem.create(new Path(root, name), false);
      try {
        this.digest = new DigestOutputStream(raw, MessageDigest.getInstance("SHA-256"));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
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
        raw.hflush();
      } catch (IOException e) {
        throw new UncheckedIOException(new Path(root, name) + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        long bytes = raw.getPos();
        digest.close();
        files.put(
            name,
            new FileSummary(bytes, HexFormat.of().formatHex(digest.getMessageDigest().digest())));
      }
    }
  }
}
