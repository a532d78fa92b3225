package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** An object of JSON that somebody else wrote, whose members are asked for by name and type. */
final class JsonObject {

  private final JsonNode json;
  private final String path;
  private final Set<String> seen;

  /**
   * @param path where it stands, for messages
   */
  JsonObject(JsonNode json, String path) {
    this(json, path, new HashSet<>());
    if (!json.isObject()) {
      throw new InvalidNetworkException(path + ": expected an object, found " + json.getNodeType());
    }
  }

  private JsonObject(JsonNode json, String path, Set<String> seen) {
    this.json = json;
    this.path = path;
    this.seen = seen;
  }

  /** The same object, called by its name as well in messages. */
  JsonObject named(String name) {
    return new JsonObject(json, path + " (" + name + ")", seen);
  }

  /** What to throw where a member is not as it should be. */
  InvalidNetworkException wrong(String member, String expected, String found) {
    return new InvalidNetworkException(
        path + "." + member + ": expected " + expected + ", found " + found);
  }

  /** The same failure, with the place of this object before it where it does not have it. */
  InvalidNetworkException located(InvalidNetworkException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith(path) ? failure : new InvalidNetworkException(path + ": " + message);
  }

  boolean has(String member) {
    return json.has(member);
  }

  private JsonNode member(String member, String expected) {
    seen.add(member);
    JsonNode value = json.get(member);
    if (value == null) {
      throw wrong(member, expected, "nothing");
    }
    return value;
  }

  String text(String member, int longest) {
    return text(member, member(member, "a text"), longest);
  }

  private String text(String member, JsonNode value, int longest) {
    if (!value.isTextual() || value.textValue().isEmpty() || value.textValue().length() > longest) {
      throw wrong(member, "a text of 1 to " + longest + " characters", shown(value));
    }
    return value.textValue();
  }

  List<JsonNode> array(String member, int most) {
    JsonNode value = member(member, "a list");
    if (!value.isArray() || value.size() > most) {
      throw wrong(
          member,
          "a list of at most " + most,
          value.isArray() ? String.valueOf(value.size()) : shown(value));
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  List<String> texts(String member, int most, int longest) {
    return array(member, most).stream().map(value -> text(member, value, longest)).toList();
  }

  int number(String member) {
    return number(member, member(member, "a whole number"));
  }

  private int number(String member, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(member, "a whole number", shown(value));
    }
    return value.intValue();
  }

  /** A list of just so many whole numbers. */
  int[] numbers(String member, int count) {
    List<JsonNode> values = array(member, count);
    if (values.size() != count) {
      throw wrong(member, count + " whole numbers", String.valueOf(values.size()));
    }
    return values.stream().mapToInt(value -> number(member, value)).toArray();
  }

  /** A list of just so many whole numbers; the default where there is none. */
  int[] numbersOr(String member, int... whenAbsent) {
    return has(member) ? numbers(member, whenAbsent.length) : whenAbsent;
  }

  double real(String member) {
    JsonNode value = member(member, "a number");
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(member, "a number", shown(value));
    }
    return value.doubleValue();
  }

  boolean flag(String member) {
    JsonNode value = member(member, "true or false");
    if (!value.isBoolean()) {
      throw wrong(member, "true or false", shown(value));
    }
    return value.booleanValue();
  }

  /** Refuses members that nobody asked for. */
  void requireNothingElse() {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!seen.contains(name)) {
        throw new InvalidNetworkException(
            path + ": unknown member '" + name + "'; known here are " + sortedSeen());
      }
    }
  }

  private List<String> sortedSeen() {
    return seen.stream().sorted().toList();
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
