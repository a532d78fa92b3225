package io.coppice.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What a check found.
 *
 * @param check its name
 * @param where the driver, or which executor
 * @param level how bad it is
 * @param found what is there
 * @param advice what to do; empty where nothing is to be done
 */
public record Finding(String check, String where, Level level, String found, String advice) {

  /** How bad something is. */
  public enum Level {
    OK,
    /** Runs work, but perhaps not as well as they could. */
    CAUTION,
    /** Runs will fail. */
    FAIL;

    /** As it is printed. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  static Finding ok(String check, String found) {
    return new Finding(check, "", Level.OK, found, "");
  }

  static Finding caution(String check, String found, String advice) {
    return new Finding(check, "", Level.CAUTION, found, advice);
  }

  static Finding fail(String check, String found, String advice) {
    return new Finding(check, "", Level.FAIL, found, advice);
  }

  /** The same of some place. */
  Finding in(String place) {
    return new Finding(check, place, level, found, advice);
  }

  /** As it is printed, and as it comes from an executor. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("check", check);
    json.put("where", where);
    json.put("level", level.label());
    json.put("found", found);
    json.put("advice", advice);
    return json;
  }

  static Finding of(JsonNode json) {
    return new Finding(
        json.path("check").asText(),
        json.path("where").asText(),
        Level.valueOf(json.path("level").asText().toUpperCase(Locale.ROOT)),
        json.path("found").asText(),
        json.path("advice").asText());
  }
}
