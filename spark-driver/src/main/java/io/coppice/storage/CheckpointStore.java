package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.CheckpointFiles;
import io.coppice.artifact.TrainingState;
import io.coppice.network.Network;
import io.coppice.structure.StructureSpace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run's directory, {@code checkpoints/NNNNNNNN}, each a few files and last of
 * all a manifest with their sizes and hashes: without it there is no checkpoint. The manifest
 * itself begins with the hash of the rest of it.
 */
public final class CheckpointStore {

  private static final int SCHEMA_VERSION = 1;
  private static final String MANIFEST = "manifest.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String INSTRUCTION_SETS = "instructionSets";
  private static final Pattern NAME = Pattern.compile("[0-9]{8,18}");

  private static final String HEAD = "{\"sha256\":\"";
  private static final int HASH_LENGTH = 64;
  private static final String MIDDLE = "\",\"manifest\":";
  private static final String TAIL = "}\n";

  private final RunDirectory directory;
  private final RunIdentity identity;
  private final CheckpointFiles format;
  private final String version;

  /**
   * @param version of Coppice, for the manifest
   */
  public CheckpointStore(
      RunDirectory directory,
      RunIdentity identity,
      Network network,
      StructureSpace space,
      String version) {
    this.directory = directory;
    this.identity = identity;
    this.format = new CheckpointFiles(network, space);
    this.version = version;
  }

  /**
   * A checkpoint that was found.
   *
   * @param checkpoint the newest whole one; empty if there is none
   * @param passedOver newer ones that are not whole, and why
   */
  public record Found(Optional<Checkpoint> checkpoint, List<String> passedOver) {}

  /** Writes a checkpoint; what an earlier attempt at the same number left is removed first. */
  public void write(Checkpoint checkpoint) throws IOException {
    String name = RunDirectory.CHECKPOINTS + "/" + directoryName(checkpoint.number());
    directory.fileSystem().delete(directory.path(name), true);
    ObjectNode files = new ObjectMapper().createObjectNode();
    for (String file : CheckpointFiles.NAMES) {
      writeFile(name, file, out -> format.write(checkpoint.state(), file, out), files);
    }
    writeFile(name, METRICS, out -> out.write(checkpoint.metrics()), files);

    ObjectNode manifest = new ObjectMapper().createObjectNode();
    manifest.put("schema", SCHEMA_VERSION);
    manifest.put("number", checkpoint.number());
    manifest.put("version", version);
    checkpoint.instructionSets().forEach(manifest.putArray(INSTRUCTION_SETS)::add);
    manifest.put("written", Instant.now().toString());
    manifest.put("images", checkpoint.images());
    manifest.put("seconds", checkpoint.seconds());
    manifest.setAll(identity.toJson());
    manifest.set("files", files);
    byte[] body = BoundedJson.write(manifest);
    String head = HEAD + HashedFile.sha256(body) + MIDDLE;
    try (HashedFile file =
        new HashedFile(directory.fileSystem(), path(name, MANIFEST), summary -> {})) {
      file.stream().write(head.getBytes(StandardCharsets.US_ASCII));
      file.stream().write(body);
      file.stream().write(TAIL.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void writeFile(
      String checkpoint, String name, RunDirectory.Content content, ObjectNode files)
      throws IOException {
    try (HashedFile file =
        new HashedFile(
            directory.fileSystem(),
            path(checkpoint, name),
            summary ->
                files
                    .putObject(name)
                    .put("bytes", summary.bytes())
                    .put("sha256", summary.sha256()))) {
      content.writeTo(file.stream());
    }
  }

  /**
   * The newest whole checkpoint.
   *
   * @throws UnusableCheckpointException if all are damaged, or the newest whole one is of another
   *     schema, configuration or data
   */
  public Found latest() throws IOException {
    List<String> passedOver = new ArrayList<>();
    int damaged = 0;
    for (String name : namesFromTheNewest(directory)) {
      String where = directory.path(name).toString();
      Optional<JsonNode> manifest;
      try {
        manifest = manifest(directory, name);
        if (manifest.isEmpty()) {
          passedOver.add(where + ": was not finished");
          continue;
        }
        requireSameRun(manifest.get(), where);
        Checkpoint checkpoint = load(manifest.get(), name);
        return new Found(Optional.of(checkpoint), passedOver);
      } catch (DamagedException e) {
        damaged++;
        passedOver.add(e.getMessage());
      }
    }
    if (damaged > 0) {
      throw new UnusableCheckpointException(
          directory.location()
              + ": no checkpoint is whole; restore one of them, or start anew in another directory",
          passedOver);
    }
    return new Found(Optional.empty(), passedOver);
  }

  /** Removes all but the newest whole checkpoints. */
  public void prune(int keep) throws IOException {
    int whole = 0;
    for (String name : namesFromTheNewest(directory)) {
      Path manifest = path(name, MANIFEST);
      if (!directory.fileSystem().exists(manifest)) {
        continue;
      }
      whole++;
      if (whole > keep) {
        // The manifest goes first, so that a half removed checkpoint is none.
        directory.fileSystem().delete(manifest, false);
        directory.fileSystem().delete(directory.path(name), true);
      }
    }
  }

  /** State of one checkpoint, for a person. */
  record Condition(String name, boolean whole, boolean finished, String problem) {}

  /** Looks at every checkpoint's files, from the newest to the oldest. */
  static List<Condition> inspect(RunDirectory directory) throws IOException {
    List<Condition> conditions = new ArrayList<>();
    for (String name : namesFromTheNewest(directory)) {
      try {
        Optional<JsonNode> manifest = manifest(directory, name);
        if (manifest.isEmpty()) {
          conditions.add(new Condition(name, false, false, "was not finished"));
          continue;
        }
        files(directory, manifest.get(), name);
        conditions.add(new Condition(name, true, true, ""));
      } catch (DamagedException e) {
        conditions.add(new Condition(name, false, true, String.valueOf(e.getMessage())));
      }
    }
    return conditions;
  }

  private void requireSameRun(JsonNode manifest, String where) {
    int schema = manifest.path("schema").asInt(-1);
    if (schema != SCHEMA_VERSION) {
      throw new UnusableCheckpointException(
          where + ": the checkpoint cannot be used by coppice " + version,
          List.of(
              "its schema is "
                  + schema
                  + " (written by coppice "
                  + manifest.path("version").asText("of unknown version")
                  + "), this version reads "
                  + SCHEMA_VERSION));
    }
    List<String> differences = identity.differences(manifest);
    if (!differences.isEmpty()) {
      throw new UnusableCheckpointException(
          where
              + ": the checkpoint is of another run; repeat that run's settings and data to go on with it, or"
              + " name another directory with --output",
          differences);
    }
  }

  private Checkpoint load(JsonNode manifest, String name) throws IOException {
    Map<String, byte[]> files = files(directory, manifest, name);
    String where = directory.path(name).toString();
    TrainingState state;
    try {
      state = format.read(files, where);
    } catch (IOException | RuntimeException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
    return new Checkpoint(
        manifest.path("number").asLong(),
        state,
        manifest.path("images").asLong(),
        manifest.path("seconds").asDouble(),
        instructionSets(manifest),
        files.getOrDefault(METRICS, new byte[0]));
  }

  private static List<String> instructionSets(JsonNode manifest) {
    List<String> names = new ArrayList<>();
    manifest.path(INSTRUCTION_SETS).forEach(name -> names.add(name.asText()));
    return names;
  }

  /** A checkpoint's manifest; empty if there is none. */
  private static Optional<JsonNode> manifest(RunDirectory directory, String name)
      throws IOException {
    String file = name + "/" + MANIFEST;
    String where = directory.path(file).toString();
    byte[] content;
    try {
      content = directory.read(file, BoundedJson.LARGEST);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    int start = HEAD.length() + HASH_LENGTH + MIDDLE.length();
    int end = content.length - TAIL.length();
    if (end < start
        || !ascii(content, 0, HEAD.length()).equals(HEAD)
        || !ascii(content, start - MIDDLE.length(), start).equals(MIDDLE)
        || !ascii(content, end, content.length).equals(TAIL)) {
      throw new DamagedException(
          where + ": expected a manifest, found " + content.length + " other bytes");
    }
    byte[] body = Arrays.copyOfRange(content, start, end);
    String expected = ascii(content, HEAD.length(), HEAD.length() + HASH_LENGTH);
    String found = HashedFile.sha256(body);
    if (!found.equals(expected)) {
      throw new DamagedException(
          where + ": expected SHA-256 " + expected + " of the manifest, found " + found);
    }
    return Optional.of(BoundedJson.read(body, where));
  }

  private static String ascii(byte[] content, int from, int to) {
    return new String(content, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Content of a checkpoint's files; names that no checkpoint has are not looked at. */
  private static Map<String, byte[]> files(RunDirectory directory, JsonNode manifest, String name)
      throws IOException {
    List<String> expected = new ArrayList<>(CheckpointFiles.NAMES);
    expected.add(METRICS);
    Map<String, byte[]> files = new HashMap<>();
    for (String file : expected) {
      JsonNode summary = manifest.path("files").path(file);
      files.put(
          file,
          VerifiedFile.read(
              directory,
              name + "/" + file,
              summary.path("bytes").asLong(-1),
              summary.path("sha256").asText()));
    }
    return files;
  }

  private static List<String> namesFromTheNewest(RunDirectory directory) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus status : directory.list(RunDirectory.CHECKPOINTS)) {
      String name = status.getPath().getName();
      if (status.isDirectory() && NAME.matcher(name).matches()) {
        names.add(name);
      }
    }
    names.sort((a, b) -> Long.compare(Long.parseLong(b), Long.parseLong(a)));
    return names.stream().map(name -> RunDirectory.CHECKPOINTS + "/" + name).toList();
  }

  private static String directoryName(long number) {
    return String.format(Locale.ROOT, "%08d", number);
  }

  private Path path(String checkpoint, String file) {
    return directory.path(checkpoint + "/" + file);
  }
}
