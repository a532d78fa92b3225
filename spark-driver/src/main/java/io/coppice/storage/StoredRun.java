package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.artifact.CorruptFileException;
import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig;
import io.coppice.exchange.NetworkJson;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run's directory as somebody reads it who has nothing else of the run. */
public final class StoredRun {

  /** Version of a result from which on its model is in one file. */
  private static final int ONE_FILE = 2;

  /** Whoever reads that often while checkpoints come and go reads slower than the run writes. */
  private static final int MOST_ATTEMPTS = 20;

  private final RunDirectory directory;

  public StoredRun(RunDirectory directory) {
    this.directory = directory;
  }

  /** Reads something of a run. */
  public interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Reads something of a run that may be going on. What it found missing or damaged may have been
   * removed in favour of a newer checkpoint meanwhile: then it reads again.
   */
  public <T> T whileItGoesOn(Reading<T> reading) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Map<CheckpointName, Boolean> before = checkpoints();
      try {
        return reading.read();
      } catch (IOException | UnusableCheckpointException e) {
        if (attempt == MOST_ATTEMPTS || before.equals(checkpoints())) {
          throw e;
        }
      }
    }
  }

  /** Those that are there, and whether each one was finished. */
  private Map<CheckpointName, Boolean> checkpoints() throws IOException {
    Map<CheckpointName, Boolean> finished = new HashMap<>();
    for (CheckpointName name : CheckpointStore.namesFromTheNewest(directory)) {
      finished.put(name, directory.has(name.file(CheckpointManifest.NAME)));
    }
    return finished;
  }

  /** Whether the run ended. */
  public boolean isComplete() throws IOException {
    return directory.isComplete();
  }

  /** The settings that decided on the result of a run that ended. */
  public RunConfig config() throws IOException {
    return config(directory.manifest());
  }

  /** The settings that a manifest of a result holds. */
  public static RunConfig config(JsonNode manifest) {
    return ConfigJson.read(manifest.path(RunIdentity.CONFIG));
  }

  /**
   * A file of a result.
   *
   * @param manifest the result's
   * @throws DamagedException if it is not as the manifest says, or the manifest does not name it
   */
  public byte[] file(JsonNode manifest, ResultFile file) throws IOException {
    JsonNode summary = manifest.path("files").path(file.path());
    return VerifiedFile.read(
        directory, file.path(), summary.path("bytes").asLong(-1), summary.path("sha256").asText());
  }

  /** Whether some content is that of a file of the result, as a manifest describes it. */
  public static boolean describes(JsonNode manifest, ResultFile file, byte[] content) {
    JsonNode summary = manifest.path("files").path(file.path());
    return summary.path("bytes").asLong(-1) == content.length
        && summary.path("sha256").asText().equals(HashedFile.sha256(content));
  }

  /** Whether a manifest names a file of the result. */
  public static boolean names(JsonNode manifest, ResultFile file) {
    return manifest.path("files").has(file.path());
  }

  /** Whether there is anything that a run tells of itself: metrics, a checkpoint, or a result. */
  public boolean hasBegun() throws IOException {
    return isComplete()
        || directory.has(RunDirectory.METRICS)
        || !CheckpointStore.namesFromTheNewest(directory).isEmpty();
  }

  /**
   * The lines of the run's metrics, as far as they are there; their hash is not looked at. Where
   * {@code metrics.jsonl} has fewer than the newest checkpoint, as on file systems that show a file
   * only when it is closed, they are the checkpoint's.
   */
  public InputStream metrics() throws IOException {
    List<MetricsSegment> segments = isComplete() ? List.of() : keptMetrics();
    long kept = segments.stream().mapToLong(MetricsSegment::bytes).sum();
    boolean live = directory.has(RunDirectory.METRICS);
    if (live
        && directory.fileSystem().getFileStatus(directory.path(RunDirectory.METRICS)).getLen()
            >= kept) {
      return directory.fileSystem().open(directory.path(RunDirectory.METRICS));
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (MetricsSegment segment : segments) {
      VerifiedFile.copy(directory, segment.path(), segment.bytes(), segment.sha256(), lines);
    }
    return new ByteArrayInputStream(lines.toByteArray());
  }

  private List<MetricsSegment> keptMetrics() throws IOException {
    try {
      return description().metrics();
    } catch (UnusableCheckpointException e) {
      return List.of();
    }
  }

  /**
   * The model of a run that ended.
   *
   * @throws DamagedException if it is not as the run's manifest says
   * @throws UnusableCheckpointException if an earlier version wrote it
   */
  public CompactModel result() throws IOException {
    JsonNode manifest = directory.manifest();
    if (Schema.versionOf(manifest) < ONE_FILE) {
      throw new UnusableCheckpointException(
          directory.location() + ": the run's model cannot be read",
          List.of(
              "it was written by coppice "
                  + manifest.path("versions").path("coppice").asText("of unknown version")
                  + ", which left weights alone; run it again with this version, or use its "
                  + ResultFile.DL4J_MODEL.path()));
    }
    byte[] content = file(manifest, ResultFile.COMPACT_MODEL);
    String where = directory.path(ResultFile.COMPACT_MODEL.path()).toString();
    try {
      return ModelFile.read(new ByteArrayInputStream(content), where);
    } catch (CorruptFileException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What the run's rounds were timed to take; empty where nothing was timed.
   *
   * @throws DamagedException if what says so is damaged
   * @throws UnusableCheckpointException if the run did not end, and has no checkpoint that is whole
   */
  public Optional<RoundTimes> roundTimes() throws IOException {
    return whileItGoesOn(() -> isComplete() ? timesOfResult() : timesOfCheckpoint());
  }

  private Optional<RoundTimes> timesOfResult() throws IOException {
    JsonNode manifest = directory.manifest();
    if (!RoundTimes.isIn(manifest)) {
      return Optional.empty();
    }
    String network = new String(file(manifest, ResultFile.NETWORK), StandardCharsets.UTF_8);
    return Optional.of(
        RoundTimes.of(
            manifest,
            config(manifest),
            NetworkJson.read(network, directory.path(ResultFile.NETWORK.path()).toString()),
            directory.location()));
  }

  private Optional<RoundTimes> timesOfCheckpoint() throws IOException {
    Description description = description();
    ModelSource source = description.source();
    return Optional.ofNullable(source.roundTime())
        .map(millis -> new RoundTimes(source.network(), description.config(), millis));
  }

  /**
   * What a checkpoint says of its run.
   *
   * @param config the settings that decide on the result
   * @param identity that its checkpoints have
   * @param source network and normalisation
   * @param metrics the lines of the metrics until then
   */
  public record Description(
      RunConfig config, RunIdentity identity, ModelSource source, List<MetricsSegment> metrics) {}

  /**
   * What the newest checkpoint whose manifest is whole says of its run.
   *
   * @throws UnusableCheckpointException if there is no checkpoint, none is whole, or an earlier
   *     version wrote it
   */
  public Description description() throws IOException {
    List<String> problems = new ArrayList<>();
    for (CheckpointName name : CheckpointStore.namesFromTheNewest(directory)) {
      String where = directory.path(name.directory()).toString();
      try {
        var written = CheckpointManifest.read(directory, name);
        if (written.isEmpty()) {
          problems.add(where + ": was not finished");
          continue;
        }
        return description(Schema.CHECKPOINT.upgrade(written.get(), where), where);
      } catch (DamagedException e) {
        problems.add(e.getMessage());
      }
    }
    throw new UnusableCheckpointException(
        directory.location() + ": the run has no model",
        problems.isEmpty() ? List.of("it did not end, and has no checkpoint yet") : problems);
  }

  private static Description description(JsonNode manifest, String where) throws IOException {
    if (!ModelSource.isIn(manifest)) {
      throw new UnusableCheckpointException(
          where + ": the checkpoint cannot become a model by itself",
          List.of(
              "it was written by coppice "
                  + manifest.path("version").asText("of unknown version")
                  + "; go on with the run by this version, which writes another one"));
    }
    RunConfig config = ConfigJson.read(manifest.path(RunIdentity.CONFIG));
    return new Description(
        config,
        RunIdentity.of(config, manifest),
        ModelSource.of(manifest, where),
        MetricsSegment.of(manifest, where));
  }
}
