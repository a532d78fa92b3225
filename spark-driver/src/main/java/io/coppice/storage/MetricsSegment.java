package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A closed piece of a run's metrics: some lines that follow each other, in a file that is never
 * changed. Checkpoints name the segments that make up all lines until then.
 *
 * @param file its path within {@code checkpoints}
 * @param bytes its size
 * @param sha256 its hash
 */
public record MetricsSegment(String file, long bytes, String sha256) {

  /** The member of a checkpoint's manifest that names segments. */
  static final String MEMBER = "metrics";

  /** Where segments are, within {@code checkpoints}. */
  static final String DIRECTORY = "metrics";

  private static final Pattern FILE =
      Pattern.compile(DIRECTORY + "/[0-9]{12,19}-[0-9a-f]{8}[.]jsonl");

  /** Where versions that copied all metrics into every checkpoint put them. */
  private static final Pattern FILE_IN_CHECKPOINT =
      Pattern.compile("[0-9]{8,18}/" + Pattern.quote(RunDirectory.METRICS));

  /**
   * A name that no segment has.
   *
   * @param position bytes of metrics before it
   * @param distinction tells it from segments that another process might write
   */
  static String newFile(long position, int distinction) {
    return String.format(
        Locale.ROOT,
        "%s/%012d-%s.jsonl",
        DIRECTORY,
        position,
        HexFormat.of().toHexDigits(distinction));
  }

  static MetricsSegment inCheckpoint(CheckpointName checkpoint, long bytes, String sha256) {
    return new MetricsSegment(checkpoint + "/" + RunDirectory.METRICS, bytes, sha256);
  }

  /** Path in the run's directory. */
  String path() {
    return RunDirectory.CHECKPOINTS + "/" + file;
  }

  /** Whether it is part of a checkpoint, and goes when that one goes. */
  boolean isInCheckpoint() {
    return FILE_IN_CHECKPOINT.matcher(file).matches();
  }

  void addTo(ArrayNode segments) {
    segments.addObject().put("file", file).put("bytes", bytes).put("sha256", sha256);
  }

  /**
   * The segments that a checkpoint's manifest names.
   *
   * @param where path of the manifest, for messages
   * @throws DamagedException if it names a file that is none
   */
  static List<MetricsSegment> of(JsonNode manifest, String where) throws DamagedException {
    List<MetricsSegment> segments = new ArrayList<>();
    for (JsonNode entry : manifest.path(MEMBER)) {
      MetricsSegment segment =
          new MetricsSegment(
              entry.path("file").asText(),
              entry.path("bytes").asLong(-1),
              entry.path("sha256").asText());
      if (!FILE.matcher(segment.file()).matches() && !segment.isInCheckpoint()) {
        throw new DamagedException(
            where + ": '" + segment.file() + "' is no name of a segment of metrics");
      }
      segments.add(segment);
    }
    return segments;
  }
}
