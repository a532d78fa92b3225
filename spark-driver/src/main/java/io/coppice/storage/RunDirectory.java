package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The directory of a run. Remembers size and SHA-256 of every file of the result, for the manifest,
 * which is written last: a directory without it is unfinished.
 */
public final class RunDirectory extends StoredDirectory {

  /** The last file of a run. */
  public static final String MANIFEST = "manifest.json";

  /** Where the checkpoints are. */
  public static final String CHECKPOINTS = "checkpoints";

  /** One line a round. */
  public static final String METRICS = "metrics.jsonl";

  /** The page that people look at. */
  static final String REPORT = "report.html";

  /** What the last attempt came to, or that it runs; no part of the result. */
  public static final String OUTCOME = "outcome.json";

  /** The full network. */
  static final String NETWORK = "network.json";

  private static final String KIND = "output directory";
  private static final String MODEL = "model";

  private static final Set<String> NAMES =
      Set.of(MANIFEST, CHECKPOINTS, METRICS, NETWORK, MODEL, OWNER, REPORT, OUTCOME);

  private static final String ADVICE =
      "; remove it, and the command of that run writes the result anew from the last checkpoint";

  private final Map<String, HashedFile.Summary> files = new TreeMap<>();

  private RunDirectory(String path, Configuration hadoop) throws IOException {
    super(path, hadoop, KIND);
  }

  private RunDirectory(StoredDirectory above, String name) {
    super(above, name, KIND);
  }

  /**
   * Opens the directory of a new run, or of one that was stopped. Nothing is made or changed.
   *
   * @throws OutputInUseException if it holds anything that no run leaves
   * @throws IOException if it cannot be read
   */
  public static RunDirectory open(String path, Configuration hadoop) throws IOException {
    RunDirectory directory = new RunDirectory(path, hadoop);
    List<String> foreign = directory.foreign(NAMES);
    if (!foreign.isEmpty()) {
      throw new OutputInUseException(
          path
              + ": the output directory is not empty and no run's (it holds "
              + String.join(", ", foreign)
              + "); name another one with --output, or remove it");
    }
    return directory;
  }

  /** A run's directory below another one, whose file system it shares; need not be there. */
  public static RunDirectory below(StoredDirectory above, String name) {
    return new RunDirectory(above, name);
  }

  /** Its last name, which a copy elsewhere may have too. */
  public String name() {
    return path("").getName();
  }

  /** Whether a run ended here; one that was killed in its manifest did not. */
  public boolean isComplete() throws IOException {
    return has(MANIFEST) && !SealedManifest.isCutOff(read(MANIFEST, BoundedJson.LARGEST));
  }

  /**
   * The manifest of the run that ended here, in the newest version of its schema.
   *
   * @throws DamagedException if it does not have its own hash, or is not JSON
   * @throws UnusableCheckpointException if a newer version of Coppice wrote it
   */
  public JsonNode manifest() throws IOException {
    return Schema.RESULT.upgrade(writtenManifest(), path(MANIFEST).toString());
  }

  /** The same as it was written. */
  JsonNode writtenManifest() throws IOException {
    byte[] content = read(MANIFEST, BoundedJson.LARGEST);
    String where = path(MANIFEST).toString();
    SealedManifest.check(content, where, ADVICE);
    return BoundedJson.read(content, where);
  }

  /** Where it is told what the last attempt came to. */
  public ReplacedFile outcome() {
    return new ReplacedFile(this, OUTCOME);
  }

  /** Writes a file and remembers it. */
  public void write(String name, Content content) throws IOException {
    try (HashedFile file = open(name)) {
      content.writeTo(file.stream());
    }
  }

  /** Opens a file to be written bit by bit; it is remembered when it is closed. */
  public HashedFile open(String name) throws IOException {
    return new HashedFile(fileSystem(), path(name), summary -> files.put(name, summary));
  }

  /** Files written and closed so far, by name. */
  public Map<String, HashedFile.Summary> files() {
    return new TreeMap<>(files);
  }

  /** Writes a file's bytes. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }
}
