package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.util.List;

/**
 * The versions that a JSON document had, and the way from each to the next. Documents carry their
 * version as {@code "schema"}; those of an older one are read as if they were of the newest, those
 * of a newer one are refused. A member that a reader does not know is passed over, and one that is
 * missing has a default, so that only a changed meaning, or a new rule, needs a new version: one
 * more step at the end of the table.
 */
public final class Schema {

  static final String VERSION = "schema";
  private static final String FILES = "files";

  /** Manifests of checkpoints. */
  static final Schema CHECKPOINT =
      new Schema(
          "checkpoint",
          List.of(
              Schema::metricsBecomeSegments,
              Schema::orderOfImagesIsNoMatter,
              Schema::settingsHadOtherDefaults));

  /** Manifests of results. */
  public static final Schema RESULT =
      new Schema(
          "result",
          List.of(
              Schema::moreFiles,
              Schema::orderOfImagesIsNoMatter,
              Schema::settingsHadOtherDefaults,
              Schema::moreFiles));

  /** Entries of a registry's history. */
  public static final Schema HISTORY = new Schema("registry", List.of(Schema::moreActions));

  /** Turns a document of one version into the next one's. */
  interface Upgrade {
    void apply(ObjectNode document);
  }

  private final String document;
  private final List<Upgrade> upgrades;

  /**
   * @param document what it is, for messages
   * @param upgrades the first one from version 1 to 2
   */
  Schema(String document, List<Upgrade> upgrades) {
    this.document = document;
    this.upgrades = upgrades;
  }

  /** The newest version, which is written. */
  public int current() {
    return 1 + upgrades.size();
  }

  /** Version in which a document was written; 0 if it does not say. */
  static int versionOf(JsonNode document) {
    return document.path(VERSION).asInt(0);
  }

  /**
   * A copy of a document in the newest version; its {@code "schema"} still says in which one it was
   * written.
   *
   * @param where path of the file, for messages
   * @throws UnusableCheckpointException if it is of a newer version, or of none
   */
  ObjectNode upgrade(JsonNode written, String where) {
    int version = versionOf(written);
    if (!(written instanceof ObjectNode object) || version < 1 || version > current()) {
      String writer =
          written
              .path("version")
              .asText(written.path("versions").path("coppice").asText("of unknown version"));
      throw new UnusableCheckpointException(
          where + ": the " + document + " cannot be read by this version of coppice",
          List.of(
              "its schema is "
                  + written.path(VERSION).asText("missing")
                  + " (written by coppice "
                  + writer
                  + "), this version reads 1 to "
                  + current()
                  + "; use the version that wrote it, or a newer one"));
    }
    ObjectNode upgraded = object.deepCopy();
    upgrades.subList(version - 1, upgrades.size()).forEach(upgrade -> upgrade.apply(upgraded));
    return upgraded;
  }

  /**
   * Results of versions 2 and 5 have, or may have, more files, which {@link ResultFile} knows;
   * nothing else differs.
   */
  private static void moreFiles(ObjectNode manifest) {}

  /** Histories of version 2 may say that versions were removed; nothing else differs. */
  private static void moreActions(ObjectNode entry) {}

  /**
   * Up to version 2 fingerprints of images depended on their order, and cannot be compared with
   * those of now.
   */
  private static void orderOfImagesIsNoMatter(ObjectNode manifest) {
    if (manifest.get(RunIdentity.DATA) instanceof ObjectNode data) {
      data.remove(List.of(RunIdentity.TRAIN, RunIdentity.TEST));
    }
  }

  /**
   * Up to version 3 some settings did not exist yet, and what they say was not done; their defaults
   * of now say that it is.
   */
  private static void settingsHadOtherDefaults(ObjectNode manifest) {
    if (manifest.get(RunIdentity.CONFIG) instanceof ObjectNode config) {
      putIfMissing(config, "structure", "floor", BooleanNode.FALSE);
      putIfMissing(config, "training", "warmUp", DoubleNode.valueOf(0));
      putIfMissing(config, "training", "nesterov", BooleanNode.FALSE);
      putIfMissing(config, "training", "decayed", TextNode.valueOf("all"));
    }
  }

  private static void putIfMissing(ObjectNode config, String section, String key, ValueNode value) {
    if (!config.has(section)) {
      config.putObject(section);
    }
    if (config.get(section) instanceof ObjectNode keys && !keys.has(key)) {
      keys.set(key, value);
    }
  }

  /** Up to version 1 a checkpoint held a copy of all metrics, as one of its own files. */
  private static void metricsBecomeSegments(ObjectNode manifest) {
    JsonNode metrics = manifest.path(FILES).path(RunDirectory.METRICS);
    CheckpointName name = new CheckpointName(manifest.path("number").asLong(), 0);
    MetricsSegment.inCheckpoint(
            name, metrics.path("bytes").asLong(-1), metrics.path("sha256").asText())
        .addTo(manifest.putArray(MetricsSegment.MEMBER));
  }
}
