package io.coppice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.ProcessIdentity;
import io.coppice.storage.UnusableCheckpointException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that happened to a registry. The newest entry says which version is current.
 *
 * @param number of the entry, from 1 on
 * @param action what happened
 * @param at when, UTC
 * @param by the process that did it
 * @param run id of the retraining; empty where it was none
 * @param current the version that is current from then on; 0: none
 * @param base the version that the retraining starts from, or that was current before; 0: none
 * @param why in one sentence
 * @param figures what decided: comparison, cost, data, drift
 */
public record HistoryEntry(
    long number,
    Action action,
    String at,
    ProcessIdentity by,
    String run,
    int current,
    int base,
    String why,
    ObjectNode figures) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What can happen. */
  public enum Action {
    /** A retraining began; nothing else changed. */
    BEGAN(false),
    /** A retraining ended, and its model became current. */
    PROMOTED(true),
    /** A retraining ended, and the current model stayed. */
    REFUSED(true),
    /** Somebody made an earlier version current. */
    ROLLED_BACK(false),
    /** Somebody removed versions that are not current, and runs of retrainings that are over. */
    PRUNED(false);

    private final boolean decides;

    Action(boolean decides) {
      this.decides = decides;
    }

    /** Whether a retraining is over with it. */
    public boolean decides() {
      return decides;
    }

    /** As it stands in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Optional<Action> of(String label) {
      return Arrays.stream(values()).filter(action -> action.label().equals(label)).findFirst();
    }
  }

  /** One that happens now, done by this process; gets its number when it is added. */
  static HistoryEntry now(
      Action action, String run, int current, int base, String why, ObjectNode figures) {
    return new HistoryEntry(
        0,
        action,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProcessIdentity.current(),
        run,
        current,
        base,
        why,
        figures);
  }

  HistoryEntry numbered(long newNumber) {
    return new HistoryEntry(newNumber, action, at, by, run, current, base, why, figures);
  }

  /** What it says, but for its number. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("action", action.label());
    json.put("at", at);
    json.set("by", by.toJson());
    json.put("run", run);
    json.put("current", current);
    json.put("base", base);
    json.put("why", why);
    json.set("figures", figures);
    return json;
  }

  /**
   * What a file says.
   *
   * @throws UnusableCheckpointException if it is no entry
   */
  static HistoryEntry of(long number, JsonNode json) {
    Action action =
        Action.of(json.path("action").asText())
            .orElseThrow(
                () -> unusable(number, "expected an action, found " + json.path("action")));
    if (!json.path("current").canConvertToInt() || json.path("current").asInt() < 0) {
      throw unusable(
          number, "expected the current version's number, found " + json.path("current"));
    }
    return new HistoryEntry(
        number,
        action,
        json.path("at").asText(),
        ProcessIdentity.fromJson(json.path("by")),
        json.path("run").asText(),
        json.path("current").asInt(),
        json.path("base").asInt(),
        json.path("why").asText(),
        json.path("figures") instanceof ObjectNode object ? object : JSON.createObjectNode());
  }

  private static UnusableCheckpointException unusable(long number, String problem) {
    return new UnusableCheckpointException(
        "entry " + number + " of the registry's history is none", List.of(problem));
  }
}
