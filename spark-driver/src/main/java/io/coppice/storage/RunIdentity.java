package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides on the bits of a run's result.
 *
 * @param config the configuration
 * @param trainSha256 fingerprint of the training images
 * @param testSha256 fingerprint of the test images
 */
public record RunIdentity(RunConfig config, String trainSha256, String testSha256) {

  static final String CONFIG = "config";
  private static final String DATA = "data";
  private static final String TRAIN = "trainSha256";
  private static final String TEST = "testSha256";

  /** The identity that a checkpoint's manifest holds, whose configuration was read already. */
  static RunIdentity of(RunConfig config, JsonNode manifest) {
    JsonNode data = manifest.path(DATA);
    return new RunIdentity(config, data.path(TRAIN).asText(), data.path(TEST).asText());
  }

  /** As it stands in a checkpoint's manifest. */
  ObjectNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.set(CONFIG, ConfigJson.identity(config));
    json.putObject(DATA).put(TRAIN, trainSha256).put(TEST, testSha256);
    return json;
  }

  /**
   * How this run differs from the one whose manifest is given.
   *
   * @return a line a difference; empty if it is the same run
   */
  public List<String> differences(JsonNode manifest) {
    List<String> differences =
        new ArrayList<>(ConfigJson.differences(manifest.path(CONFIG), config));
    compare("training", manifest.path(DATA).path(TRAIN), trainSha256, differences);
    compare("test", manifest.path(DATA).path(TEST), testSha256, differences);
    return differences;
  }

  private static void compare(
      String images, JsonNode before, String now, List<String> differences) {
    if (!before.asText().equals(now)) {
      differences.add(
          "the "
              + images
              + " images are others: their SHA-256 was "
              + before.asText()
              + " and is "
              + now);
    }
  }
}
