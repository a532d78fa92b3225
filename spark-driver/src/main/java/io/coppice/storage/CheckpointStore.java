package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.CheckpointFiles;
import io.coppice.artifact.StrategyState;
import io.coppice.artifact.TrainingState;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a run's directory, {@code checkpoints/NNNNNNNN}, each a few files and last of
 * all a manifest with their sizes and hashes: without it there is no checkpoint. None is ever
 * overwritten. The metrics until then are in segments that checkpoints share, {@code
 * checkpoints/metrics}.
 */
public final class CheckpointStore {

  private static final String INSTRUCTION_SETS = "instructionSets";

  private final RunDirectory directory;
  private final RunIdentity identity;
  private final ModelSource source;
  private final CheckpointFiles format;
  private final String version;

  /** Files of segments by checkpoint; a manifest does not change. */
  private final Map<CheckpointName, List<MetricsSegment>> segmentsOfCheckpoint = new HashMap<>();

  /**
   * @param like any state of the run's strategy, which says what tensors a state has
   * @param fixedBefore the mask of a run of the same configuration whose checkpoints do not hold
   *     it, as {@link CheckpointFiles} has it
   * @param source what makes a model of the weights
   * @param version of Coppice, for the manifest
   */
  public CheckpointStore(
      RunDirectory directory,
      RunIdentity identity,
      ModelSource source,
      StrategyState like,
      Mask fixedBefore,
      String version) {
    this.directory = directory;
    this.identity = identity;
    this.source = source;
    this.format = new CheckpointFiles(source.network(), like, fixedBefore);
    this.version = version;
  }

  /**
   * A checkpoint that was found.
   *
   * @param checkpoint the newest whole one; empty if there is none
   * @param metrics the lines of {@code metrics.jsonl} until then
   * @param roundTime what masks cost in the run, where that was timed; else null
   * @param passedOver newer ones that are not whole, and why
   */
  public record Found(
      Optional<Checkpoint> checkpoint,
      List<MetricsSegment> metrics,
      @Nullable CostModel roundTime,
      List<String> passedOver) {}

  /**
   * Writes a checkpoint beside all that are there.
   *
   * @param metrics the lines until then
   * @return its name
   */
  CheckpointName write(Checkpoint checkpoint, List<MetricsSegment> metrics) throws IOException {
    CheckpointName name = freeName(checkpoint.number());
    ObjectNode files = new ObjectMapper().createObjectNode();
    for (String file : CheckpointFiles.NAMES) {
      try (HashedFile out =
          new HashedFile(
              directory.fileSystem(),
              directory.path(name.file(file)),
              summary ->
                  files
                      .putObject(file)
                      .put("bytes", summary.bytes())
                      .put("sha256", summary.sha256()))) {
        format.write(checkpoint.state(), file, out.stream());
      }
    }
    ObjectNode manifest = new ObjectMapper().createObjectNode();
    manifest.put("schema", Schema.CHECKPOINT.current());
    manifest.put("number", checkpoint.number());
    manifest.put("version", version);
    checkpoint.instructionSets().forEach(manifest.putArray(INSTRUCTION_SETS)::add);
    manifest.put("written", Instant.now().toString());
    manifest.put("images", checkpoint.images());
    manifest.put("seconds", checkpoint.seconds());
    manifest.setAll(identity.toJson());
    source.addTo(manifest);
    manifest.set("files", files);
    ArrayNode segments = manifest.putArray(MetricsSegment.MEMBER);
    metrics.forEach(segment -> segment.addTo(segments));
    CheckpointManifest.write(directory, name, manifest);
    return name;
  }

  /** The first name of a number that no checkpoint has, be it finished or not. */
  private CheckpointName freeName(long number) throws IOException {
    return namesFromTheNewest(directory).stream()
        .filter(name -> name.number() == number)
        .findFirst()
        .map(newest -> new CheckpointName(number, newest.attempt() + 1))
        .orElseGet(() -> new CheckpointName(number, 0));
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
    for (CheckpointName name : namesFromTheNewest(directory)) {
      String where = directory.path(name.directory()).toString();
      try {
        Optional<JsonNode> written = CheckpointManifest.read(directory, name);
        if (written.isEmpty()) {
          passedOver.add(where + ": was not finished");
          continue;
        }
        JsonNode manifest = Schema.CHECKPOINT.upgrade(written.get(), where);
        requireSameRun(manifest, where);
        Checkpoint checkpoint = load(manifest, name);
        return new Found(
            Optional.of(checkpoint),
            MetricsSegment.of(manifest, where),
            ModelSource.roundTime(manifest, source.network(), where),
            passedOver);
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
    return new Found(Optional.empty(), List.of(), null, passedOver);
  }

  /**
   * Removes what is older than a checkpoint and of no use any more: checkpoints beyond so many,
   * those that were not finished, and segments of metrics that none of the others has. Newer ones
   * stay: they are damaged, else they would have been used, and somebody may want to restore them.
   *
   * @param newest that was written just now
   * @param keep how many remain, itself included
   * @param current segments that checkpoints to come will have
   */
  void prune(CheckpointName newest, int keep, List<MetricsSegment> current) throws IOException {
    Set<String> needed =
        current.stream().map(MetricsSegment::path).collect(Collectors.toCollection(HashSet::new));
    int kept = 0;
    for (CheckpointName name : namesFromTheNewest(directory)) {
      boolean newer = name.compareTo(newest) > 0;
      boolean finished =
          directory.fileSystem().exists(directory.path(name.file(CheckpointManifest.NAME)));
      if (newer || finished && kept < keep) {
        kept += newer ? 0 : 1;
        segments(name).forEach(segment -> needed.add(segment.path()));
      } else {
        // The manifest goes first, so that a half removed checkpoint is none.
        if (finished) {
          directory.fileSystem().delete(directory.path(name.file(CheckpointManifest.NAME)), false);
        }
        directory.fileSystem().delete(directory.path(name.directory()), true);
        segmentsOfCheckpoint.remove(name);
      }
    }
    String segments = RunDirectory.CHECKPOINTS + "/" + MetricsSegment.DIRECTORY;
    for (FileStatus file : directory.list(segments)) {
      if (!needed.contains(segments + "/" + file.getPath().getName())) {
        directory.fileSystem().delete(file.getPath(), false);
      }
    }
  }

  private List<MetricsSegment> segments(CheckpointName name) throws IOException {
    List<MetricsSegment> known = segmentsOfCheckpoint.get(name);
    if (known != null) {
      return known;
    }
    List<MetricsSegment> found = List.of();
    try {
      Optional<JsonNode> manifest = CheckpointManifest.read(directory, name);
      if (manifest.isPresent()) {
        String where = directory.path(name.directory()).toString();
        found = MetricsSegment.of(Schema.CHECKPOINT.upgrade(manifest.get(), where), where);
      }
    } catch (DamagedException e) {
      // Nobody will go on from it.
      found = List.of();
    }
    segmentsOfCheckpoint.put(name, found);
    return found;
  }

  /** State of one checkpoint, or of one segment of metrics, for a person. */
  record Condition(String name, boolean whole, boolean finished, String problem) {}

  /**
   * Looks at every checkpoint's files, from the newest to the oldest, and then at the segments of
   * metrics that they have.
   */
  static List<Condition> inspect(RunDirectory directory) throws IOException {
    List<Condition> conditions = new ArrayList<>();
    Set<MetricsSegment> segments = new LinkedHashSet<>();
    for (CheckpointName name : namesFromTheNewest(directory)) {
      String where = directory.path(name.directory()).toString();
      try {
        Optional<JsonNode> written = CheckpointManifest.read(directory, name);
        if (written.isEmpty()) {
          conditions.add(new Condition(name.directory(), false, false, "was not finished"));
          continue;
        }
        JsonNode manifest = Schema.CHECKPOINT.upgrade(written.get(), where);
        segments.addAll(MetricsSegment.of(manifest, where));
        files(directory, manifest, name);
        conditions.add(new Condition(name.directory(), true, true, ""));
      } catch (DamagedException | UnusableCheckpointException e) {
        conditions.add(
            new Condition(name.directory(), false, true, String.valueOf(e.getMessage())));
      }
    }
    for (MetricsSegment segment : segments) {
      try {
        VerifiedFile.check(directory, segment.path(), segment.bytes(), segment.sha256());
        conditions.add(new Condition(segment.path(), true, true, ""));
      } catch (DamagedException e) {
        conditions.add(new Condition(segment.path(), false, true, String.valueOf(e.getMessage())));
      }
    }
    return conditions;
  }

  private void requireSameRun(JsonNode manifest, String where) {
    List<String> differences = identity.differences(manifest);
    if (!differences.isEmpty()) {
      throw new UnusableCheckpointException(
          where
              + ": the checkpoint is of another run; repeat that run's settings and data to go on with it, or"
              + " name another directory with --output",
          differences);
    }
  }

  private Checkpoint load(JsonNode manifest, CheckpointName name) throws IOException {
    Map<String, byte[]> files = files(directory, manifest, name);
    String where = directory.path(name.directory()).toString();
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
        instructionSets(manifest));
  }

  private static List<String> instructionSets(JsonNode manifest) {
    List<String> names = new ArrayList<>();
    manifest.path(INSTRUCTION_SETS).forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Content of a checkpoint's files; names that no checkpoint has are not looked at. */
  private static Map<String, byte[]> files(
      RunDirectory directory, JsonNode manifest, CheckpointName name) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (String file : CheckpointFiles.NAMES) {
      JsonNode summary = manifest.path("files").path(file);
      files.put(
          file,
          VerifiedFile.read(
              directory,
              name.file(file),
              summary.path("bytes").asLong(-1),
              summary.path("sha256").asText()));
    }
    return files;
  }

  static List<CheckpointName> namesFromTheNewest(RunDirectory directory) throws IOException {
    List<CheckpointName> names = new ArrayList<>();
    for (FileStatus status : directory.list(RunDirectory.CHECKPOINTS)) {
      if (status.isDirectory()) {
        CheckpointName.parse(status.getPath().getName()).ifPresent(names::add);
      }
    }
    names.sort(Comparator.reverseOrder());
    return names;
  }
}
