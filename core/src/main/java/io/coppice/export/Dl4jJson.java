package io.coppice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects of JSON as Deeplearning4j writes them: members sorted by name, the class of the object
 * among them. Values are what Jackson writes as they are.
 */
final class Dl4jJson {

  private static final String CLASS = "@class";

  private static final ObjectWriter WRITER =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private final Map<String, @Nullable Object> members = new TreeMap<>();

  private Dl4jJson() {}

  /** An object without a class. */
  static Dl4jJson plain() {
    return new Dl4jJson();
  }

  /** An object of a class that Deeplearning4j is to make. */
  static Dl4jJson of(String type) {
    return new Dl4jJson().with(CLASS, type);
  }

  /** The same object with one more member. */
  Dl4jJson with(String name, @Nullable Object value) {
    members.put(name, value instanceof Dl4jJson json ? json.members : value);
    return this;
  }

  /** Its members. */
  Map<String, @Nullable Object> members() {
    return members;
  }

  /** The text. */
  String text() {
    try {
      return WRITER.writeValueAsString(members);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers, texts, lists and maps are always written", e);
    }
  }
}
