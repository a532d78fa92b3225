package io.coppice.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.artifact.TrainingState.Phase;
import java.io.IOException;
import java.util.Arrays;

/**
 * The values of a checkpoint's {@code state.json}, each read strictly.
 *
 * @param values the object
 * @param file name for messages
 */
record StateJson(ObjectNode values, String file) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** An object without values yet. */
  static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  static StateJson read(byte[] content, String file) throws IOException {
    try {
      if (JSON.readTree(content) instanceof ObjectNode object) {
        return new StateJson(object, file);
      }
    } catch (JsonProcessingException e) {
      throw new CorruptFileException(file, 0, "JSON", e.getOriginalMessage());
    }
    throw new CorruptFileException(file, 0, "a JSON object", "other JSON");
  }

  Phase phase() throws CorruptFileException {
    String found = text("phase");
    for (Phase phase : Phase.values()) {
      if (phase.name().equals(found)) {
        return phase;
      }
    }
    throw new CorruptFileException(
        file, 0, "a phase of " + Arrays.toString(Phase.values()), "'" + found + "'");
  }

  String text(String key) throws CorruptFileException {
    JsonNode value = values.path(key);
    if (!value.isTextual()) {
      throw new CorruptFileException(file, 0, "'" + key + "' to be a text", value.toString());
    }
    return value.asText();
  }

  long wholeNumber(String key) throws CorruptFileException {
    JsonNode value = values.path(key);
    if (!value.isIntegralNumber() || value.asLong() < 0) {
      throw new CorruptFileException(
          file, 0, "'" + key + "' to be a whole number", value.toString());
    }
    return value.asLong();
  }

  double number(String key) throws CorruptFileException {
    JsonNode value = values.path(key);
    if (!value.isNumber()) {
      throw new CorruptFileException(file, 0, "'" + key + "' to be a number", value.toString());
    }
    return value.asDouble();
  }
}
