package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of a run. Remembers size and SHA-256 of every file of the result, for the manifest,
 * which is written last: a directory without it is unfinished.
 *
 * <p>Has an instance of the file system of its own; {@link #close} lets go of it, and so does the
 * end of the JVM.
 */
public final class RunDirectory implements AutoCloseable {

  /** The last file of a run. */
  public static final String MANIFEST = "manifest.json";

  /** Where the checkpoints are. */
  public static final String CHECKPOINTS = "checkpoints";

  /** One line a round. */
  public static final String METRICS = "metrics.jsonl";

  /** The full network. */
  static final String NETWORK = "network.json";

  private static final String MODEL = "model";
  static final String OWNER = "owner";

  private static final Set<String> NAMES =
      Set.of(MANIFEST, CHECKPOINTS, METRICS, NETWORK, MODEL, OWNER);

  private final Path root;
  private final FileSystem fileSystem;
  private final Map<String, HashedFile.Summary> files = new TreeMap<>();

  private RunDirectory(Path root, FileSystem fileSystem) {
    this.root = root;
    this.fileSystem = fileSystem;
  }

  /**
   * Opens the directory of a new run, or of one that was stopped. Nothing is made or changed.
   *
   * @throws OutputInUseException if it holds anything that no run leaves
   * @throws IOException if it cannot be read
   */
  public static RunDirectory open(String path, Configuration hadoop) throws IOException {
    Path root = new Path(path);
    FileSystem fileSystem = OwnFileSystem.of(root, hadoop);
    fileSystem.setWriteChecksum(false);
    RunDirectory directory = new RunDirectory(fileSystem.makeQualified(root), fileSystem);
    List<String> foreign = new ArrayList<>();
    for (FileStatus entry : directory.list("")) {
      if (entry.getPath().equals(directory.root) || !NAMES.contains(entry.getPath().getName())) {
        foreign.add(entry.getPath().getName());
      }
    }
    if (!foreign.isEmpty()) {
      throw new OutputInUseException(
          path
              + ": the output directory is not empty and no run's (it holds "
              + String.join(", ", foreign)
              + "); name another one with --output, or remove it");
    }
    return directory;
  }

  /** Its full path; a plain one where it is local. */
  public String location() {
    return root.toUri().getScheme().equals("file") ? root.toUri().getPath() : root.toString();
  }

  /** Whether there is such a directory. */
  public boolean exists() throws IOException {
    return fileSystem.exists(root);
  }

  /** Whether a run ended here. */
  public boolean isComplete() throws IOException {
    return has(MANIFEST);
  }

  /** Whether a file is there. */
  boolean has(String name) throws IOException {
    return fileSystem.exists(path(name));
  }

  /**
   * The manifest of the run that ended here, in the newest version of its schema.
   *
   * @throws DamagedException if it does not have its own hash, or is not JSON
   * @throws UnusableCheckpointException if a newer version of Coppice wrote it
   */
  public JsonNode manifest() throws IOException {
    byte[] content = read(MANIFEST, BoundedJson.LARGEST);
    String where = path(MANIFEST).toString();
    SealedManifest.check(content, where);
    return Schema.RESULT.upgrade(BoundedJson.read(content, where), where);
  }

  /** Writes a file and remembers it. */
  public void write(String name, Content content) throws IOException {
    try (HashedFile file = open(name)) {
      content.writeTo(file.stream());
    }
  }

  /** Opens a file to be written bit by bit; it is remembered when it is closed. */
  public HashedFile open(String name) throws IOException {
    return new HashedFile(fileSystem, path(name), summary -> files.put(name, summary));
  }

  /** Files written and closed so far, by name. */
  public Map<String, HashedFile.Summary> files() {
    return new TreeMap<>(files);
  }

  /** Writes a file's bytes. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  /** Path of something in the directory. */
  Path path(String name) {
    return name.isEmpty() ? root : new Path(root, name);
  }

  /** What a directory holds, by name; nothing if it is not there. A file holds itself. */
  List<FileStatus> list(String name) throws IOException {
    try {
      FileStatus[] entries = fileSystem.listStatus(path(name));
      Arrays.sort(entries);
      return List.of(entries);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * A file's content.
   *
   * @param limit most bytes that it may have
   * @throws IOException also where it has more
   */
  byte[] read(String name, long limit) throws IOException {
    Path path = path(name);
    long length = fileSystem.getFileStatus(path).getLen();
    if (length > limit) {
      throw new IOException(path + ": expected at most " + limit + " bytes, found " + length);
    }
    try (var in = fileSystem.open(path)) {
      return in.readNBytes((int) length);
    }
  }
}
