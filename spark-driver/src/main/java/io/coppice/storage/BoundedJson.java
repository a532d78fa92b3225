package io.coppice.storage;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Reads JSON that somebody else may have written: trees only, no types, no key twice. */
final class BoundedJson {

  /** Most bytes that a manifest or a claim may have. */
  static final long LARGEST = 16 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private BoundedJson() {}

  static byte[] write(JsonNode tree) throws IOException {
    return JSON.writeValueAsBytes(tree);
  }

  /** Whether there is a tree, from its beginning to its end. */
  static boolean isWhole(byte[] content) {
    try {
      return !read(content, "").isMissingNode();
    } catch (IOException e) {
      // That is the answer.
      return false;
    }
  }

  /**
   * @param file name for messages
   */
  static JsonNode read(byte[] content, String file) throws IOException {
    try {
      return JSON.readTree(content);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
