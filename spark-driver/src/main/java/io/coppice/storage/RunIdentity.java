package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides on the bits of a run's result.
 *
 * @param config the configuration
 * @param trainSha256 fingerprint of the training images
 * @param testSha256 fingerprint of the test images
 * @param networkSha256 hash of the network; empty where it is not known
 * @param startSha256 hash of the weights that the training starts from; empty where they are drawn
 * @param timesSha256 hash of another run's times that count here; empty where none do
 */
public record RunIdentity(
    RunConfig config,
    String trainSha256,
    String testSha256,
    String networkSha256,
    String startSha256,
    String timesSha256) {

  private static final int SHORT_HASH = 16;

  static final String CONFIG = "config";
  static final String DATA = "data";
  static final String TRAIN = "trainSha256";
  static final String TEST = "testSha256";
  private static final String NETWORK = "network";
  private static final String NETWORK_HASH = "sha256";
  private static final String START_HASH = "startSha256";
  private static final String TIMES_HASH = "timesSha256";

  /** The identity that a checkpoint's manifest holds, whose configuration was read already. */
  static RunIdentity of(RunConfig config, JsonNode manifest) {
    JsonNode data = manifest.path(DATA);
    JsonNode network = manifest.path(NETWORK);
    return new RunIdentity(
        config,
        data.path(TRAIN).asText(),
        data.path(TEST).asText(),
        network.path(NETWORK_HASH).asText(),
        network.path(START_HASH).asText(),
        network.path(TIMES_HASH).asText());
  }

  /** As it stands in a checkpoint's manifest. */
  ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.set(CONFIG, ConfigJson.identity(config));
    json.putObject(DATA).put(TRAIN, trainSha256).put(TEST, testSha256);
    addNetworkTo(json);
    return json;
  }

  /** The beginning of its SHA-256, in hexadecimal, for names of directories. */
  public String shortHash() {
    byte[] text = toJson().toString().getBytes(StandardCharsets.UTF_8);
    return HashedFile.sha256(text).substring(0, SHORT_HASH);
  }

  /** Adds what a manifest says of the network. */
  public void addNetworkTo(ObjectNode manifest) {
    ObjectNode network = manifest.putObject(NETWORK);
    network.put(NETWORK_HASH, networkSha256).put(START_HASH, startSha256);
    if (!timesSha256.isEmpty()) {
      network.put(TIMES_HASH, timesSha256);
    }
  }

  /**
   * How this run differs from the one whose manifest is given.
   *
   * @return a line a difference; empty if it is the same run
   */
  public List<String> differences(JsonNode manifest) {
    List<String> differences =
        new ArrayList<>(ConfigJson.differences(manifest.path(CONFIG), config));
    JsonNode data = manifest.path(DATA);
    // A manifest of an older version does not know them.
    if (data.has(TRAIN) && data.has(TEST)) {
      compare("the training images", data.path(TRAIN), trainSha256, differences);
      compare("the test images", data.path(TEST), testSha256, differences);
    }
    JsonNode network = manifest.path(NETWORK);
    boolean known = !network.path(NETWORK_HASH).asText().isEmpty() && !networkSha256.isEmpty();
    // A manifest without it is one of a network of the catalogue, which the configuration names.
    if (known || !config.network().file().isEmpty() || !startSha256.isEmpty()) {
      compare("the network", network.path(NETWORK_HASH), networkSha256, differences);
      compare("the weights to start from", network.path(START_HASH), startSha256, differences);
    }
    compare("the times of a round", network.path(TIMES_HASH), timesSha256, differences);
    return differences;
  }

  private static void compare(String what, JsonNode before, String now, List<String> differences) {
    if (!before.asText().equals(now)) {
      differences.add(
          what + ": the SHA-256 was " + shown(before.asText()) + " and is " + shown(now));
    }
  }

  private static String shown(String hash) {
    return hash.isEmpty() ? "(none)" : hash;
  }
}
