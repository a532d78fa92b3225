package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a Deeplearning4j configuration says about its own training. It is no part of the network;
 * each setting is told once with all of its values.
 */
final class Dl4jNotes {

  /** Where the classes of settings of a training live; what lies elsewhere is refused. */
  private static final List<String> PACKAGES =
      List.of(
          "org.nd4j.linalg.learning.config.",
          "org.nd4j.linalg.learning.regularization.",
          "org.nd4j.linalg.schedule.",
          "org.deeplearning4j.nn.weights.",
          "org.deeplearning4j.nn.conf.distribution.",
          "org.deeplearning4j.nn.conf.stepfunctions.");

  private final Map<String, Set<String>> values = new TreeMap<>();

  /** Notes what a member says, and refuses classes that are none of Deeplearning4j's own. */
  void take(Dl4jObject json, String member, String setting) {
    JsonNode value = json.member(member);
    if (value == null || !json.says(member)) {
      return;
    }
    for (String name : value.findValuesAsText("@class")) {
      if (PACKAGES.stream().noneMatch(name::startsWith)) {
        json.problem(member + " " + name + " is not known");
      }
    }
    add(setting, text(value));
  }

  void add(String setting, String value) {
    values.computeIfAbsent(setting, unused -> new TreeSet<>()).add(value);
  }

  List<String> all() {
    List<String> notes = new ArrayList<>();
    values.forEach((setting, found) -> notes.add(setting + ": " + String.join("; ", found)));
    return notes;
  }

  /** The JSON with the classes' simple names instead of braces and quotes. */
  private static String text(JsonNode value) {
    String text = value.toString().replaceAll("\"@class\":\"[\\w.$]*\\.([\\w$]+)\"", "$1");
    return text.replaceAll("[\"{}\\[\\]]", "").replace(",", ", ");
  }
}
