package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of Deeplearning4j's JSON. Members are asked for by name; what nobody asked for and what
 * cannot be taken over is gathered as a problem, so that all of them are told at once.
 */
final class Dl4jObject {

  private static final String CLASS = "@class";

  private final JsonNode json;
  private final String where;
  private final List<String> problems;
  private final Set<String> seen = new HashSet<>();

  /**
   * @param where name of the layer, for messages
   * @param problems receives what is wrong
   * @throws InvalidNetworkException if it is not an object
   */
  Dl4jObject(@Nullable JsonNode json, String where, List<String> problems) {
    if (json == null || !json.isObject()) {
      throw new InvalidNetworkException(
          where + ": expected an object, found " + (json == null ? "nothing" : shown(json)));
    }
    this.json = json;
    this.where = where;
    this.problems = problems;
    seen.add(CLASS);
  }

  /** The object's class as it is written; it is compared and never loaded. */
  String className() {
    JsonNode name = json.get(CLASS);
    if (name == null || !name.isTextual()) {
      throw new InvalidNetworkException(
          where
              + ": no "
              + CLASS
              + "; Deeplearning4j before 1.0.0-beta wrote none: load and save it with 1.0.0-M2.1");
    }
    return name.textValue();
  }

  /** The same object, called by the name and its class in messages. */
  Dl4jObject withClass() {
    String name = className();
    return new Dl4jObject(
        json, where + " (" + name.substring(name.lastIndexOf('.') + 1) + ")", problems);
  }

  String where() {
    return where;
  }

  /** A member that is an object. */
  Dl4jObject object(String member) {
    return new Dl4jObject(member(member), where + "." + member, problems);
  }

  /** A member that is an object, called as this one is in messages. */
  Dl4jObject part(String member) {
    return new Dl4jObject(member(member), where, problems);
  }

  /** Adds a problem of this object. */
  void problem(String what) {
    problems.add(where + ": " + what);
  }

  /** A member; null where it is missing or null. */
  @Nullable JsonNode member(String name) {
    seen.add(name);
    JsonNode value = json.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Lets members be whatever they are, because they leave the function alone. */
  void ignore(String... members) {
    seen.addAll(Arrays.asList(members));
  }

  /** Whether a member says anything: neither missing, nor null, nor empty. */
  boolean says(String member) {
    return says(member(member));
  }

  private static boolean says(@Nullable JsonNode value) {
    return value != null && !value.isNull() && !(value.isContainerNode() && value.isEmpty());
  }

  /** Refuses whatever a member says. */
  void refuse(String... members) {
    for (String member : members) {
      if (says(member)) {
        problem(member + " is not known, found " + shown(json.get(member)));
      }
    }
  }

  int integer(String member) {
    return integer(member, member(member));
  }

  private int integer(String member, @Nullable JsonNode value) {
    if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(member, "a whole number", value);
    }
    return value.intValue();
  }

  /** So many whole numbers; the default where the member is missing. */
  int[] integers(String member, int... whenMissing) {
    JsonNode value = member(member);
    if (value == null) {
      return whenMissing;
    }
    if (!value.isArray() || value.size() != whenMissing.length) {
      throw wrong(member, whenMissing.length + " whole numbers", value);
    }
    int[] numbers = new int[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(member, value.get(i));
    }
    return numbers;
  }

  double real(String member, double whenMissing) {
    JsonNode value = member(member);
    if (value == null) {
      return whenMissing;
    }
    if (!value.isNumber()) {
      throw wrong(member, "a number", value);
    }
    return value.doubleValue();
  }

  boolean flag(String member, boolean whenMissing) {
    JsonNode value = member(member);
    if (value == null) {
      return whenMissing;
    }
    if (!value.isBoolean()) {
      throw wrong(member, "true or false", value);
    }
    return value.booleanValue();
  }

  String word(String member, String whenMissing) {
    JsonNode value = member(member);
    if (value == null) {
      return whenMissing;
    }
    if (!value.isTextual()) {
      throw wrong(member, "a word", value);
    }
    return value.textValue();
  }

  /** Refuses a word other than the only one that is known; a missing one stands for it. */
  void requireWord(String member, String known) {
    String found = word(member, known);
    if (!found.equals(known)) {
      problem(member + " " + found + " is not known, only " + known);
    }
  }

  /** Refuses what nobody asked for and says something. */
  void requireNothingElse() {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = json.get(name);
      if (!seen.contains(name) && says(value)) {
        problem("unknown member '" + name + "', found " + shown(value));
      }
    }
  }

  private InvalidNetworkException wrong(String member, String expected, @Nullable JsonNode found) {
    return new InvalidNetworkException(
        where
            + ": "
            + member
            + ": expected "
            + expected
            + ", found "
            + (found == null ? "nothing" : shown(found)));
  }

  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
