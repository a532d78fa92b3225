package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.RunConfig;
import io.coppice.network.Network;
import io.coppice.structure.CostModel;
import java.nio.charset.StandardCharsets;

/**
 * What rounds were timed to take in a run that was kept.
 *
 * @param network whose rounds
 * @param config of the run that timed them
 * @param millis of a round, by the mask that it trains
 */
public record RoundTimes(Network network, RunConfig config, CostModel millis) {

  private static final String MEMBER = "roundTime";

  /** Says it in the manifest of a result. */
  public static void addTo(ObjectNode manifest, CostModel millis) {
    manifest.set(MEMBER, CostModelJson.write(millis));
  }

  /** Whether the manifest of a result says it. */
  static boolean isIn(JsonNode manifest) {
    return manifest.has(MEMBER);
  }

  /**
   * What the manifest of a result says.
   *
   * @param where directory of the run, for messages
   * @throws DamagedException if it is not as {@link #addTo} wrote it
   */
  static RoundTimes of(JsonNode manifest, RunConfig config, Network network, String where)
      throws DamagedException {
    try {
      return new RoundTimes(
          network, config, CostModelJson.read(manifest.path(MEMBER), network.groups().size()));
    } catch (IllegalArgumentException e) {
      throw new DamagedException(where + ": '" + MEMBER + "': " + e.getMessage());
    }
  }

  /** SHA-256 of the times, in hexadecimal. */
  public String sha256() {
    return HashedFile.sha256(
        CostModelJson.write(millis).toString().getBytes(StandardCharsets.UTF_8));
  }
}
