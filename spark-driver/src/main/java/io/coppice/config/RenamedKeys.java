package io.coppice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys that once had other names, which are still read: in files, from the command line, and in the
 * manifests of runs that were begun with them.
 */
final class RenamedKeys {

  private static final List<Renaming> TABLE =
      List.of(
          renamed("structure.learningRate", "structure.policyGradient.learningRate"),
          renamed("structure.probeEvery", "structure.policyGradient.probeEvery"),
          renamed("structure.anchorRounds", "structure.anchor.rounds"),
          renamed("structure.anchorMargin", "structure.anchor.margin"),
          new Renaming(
              List.of(
                  new OldKey("structure.method", "learned"),
                  new OldKey("structure.pair", "anchor")),
              "structure.strategy",
              RenamedKeys::strategy));

  /**
   * A key that is no more.
   *
   * @param name its dotted name
   * @param fallback its value where it is not given, but another of the same renaming is
   */
  private record OldKey(String name, String fallback) {}

  /**
   * Old keys that became one.
   *
   * @param old what they were called
   * @param name what the one is called
   * @param translation the one's value for the values of the old ones, in their order; null if
   *     there is none; not asked where there is one old key only, whose value stays
   */
  private record Renaming(
      List<OldKey> old, String name, Function<List<String>, @Nullable String> translation) {}

  private RenamedKeys() {}

  private static Renaming renamed(String old, String name) {
    return new Renaming(List.of(new OldKey(old, "")), name, values -> values.get(0));
  }

  /** The paper's two masks or an anchor were a choice of their own, below the learned structure. */
  private static @Nullable String strategy(List<String> methodAndPair) {
    String pair = methodAndPair.get(1);
    if (!List.of("anchor", "sampled").contains(pair)) {
      return null;
    }
    return switch (methodAndPair.get(0)) {
      case "learned" -> pair;
      case "uniform", "random", "dense" -> methodAndPair.get(0);
      default -> null;
    };
  }

  /**
   * Moves the values of old keys to the present ones.
   *
   * @param root the configuration; is changed
   * @param cautions is told of every old key, and how to write it
   * @param problems receives what cannot be moved
   */
  static void apply(ObjectNode root, Consumer<String> cautions, List<String> problems) {
    for (Renaming renaming : TABLE) {
      List<OldKey> given = new ArrayList<>();
      List<JsonNode> values = new ArrayList<>();
      for (OldKey old : renaming.old()) {
        JsonNode value = remove(root, old.name());
        values.add(value);
        if (!value.isMissingNode() && !value.isNull()) {
          given.add(old);
        }
      }
      if (!given.isEmpty()) {
        apply(root, renaming, given, values, cautions, problems);
      }
    }
  }

  private static void apply(
      ObjectNode root,
      Renaming renaming,
      List<OldKey> given,
      List<JsonNode> values,
      Consumer<String> cautions,
      List<String> problems) {
    JsonNode value = values.get(0);
    if (renaming.old().size() > 1) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        boolean isGiven = given.contains(renaming.old().get(i));
        texts.add(isGiven ? values.get(i).asText() : renaming.old().get(i).fallback());
      }
      String translated = renaming.translation().apply(texts);
      if (translated == null) {
        problems.add(
            quoted(given)
                + (given.size() == 1 ? ", an old key, is " : ", old keys, are ")
                + values.stream()
                    .filter(node -> !node.isMissingNode() && !node.isNull())
                    .map(JsonNode::toString)
                    .collect(Collectors.joining(" and "))
                + ", which means nothing; write '"
                + renaming.name()
                + "' instead");
        return;
      }
      value = root.textNode(translated);
    }
    JsonNode present = get(root, renaming.name());
    if (present.isMissingNode() || present.isNull()) {
      put(root, renaming.name(), value);
    } else if (!same(present, value)) {
      problems.add(
          quoted(given)
              + ", the old name of '"
              + renaming.name()
              + "', asks for "
              + value
              + ", and the new name for "
              + present
              + "; keep one of them");
      return;
    }
    for (OldKey old : given) {
      cautions.accept(
          "'"
              + old.name()
              + "' is an old name, which is still read; write '"
              + renaming.name()
              + ": "
              + value.asText()
              + "'");
    }
  }

  private static String quoted(List<OldKey> keys) {
    return keys.stream().map(key -> "'" + key.name() + "'").collect(Collectors.joining(" and "));
  }

  private static boolean same(JsonNode one, JsonNode other) {
    if (one.asText().equals(other.asText())) {
      return true;
    }
    try {
      return new BigDecimal(one.asText()).compareTo(new BigDecimal(other.asText())) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static JsonNode get(ObjectNode root, String key) {
    JsonNode node = root;
    for (String name : key.split("\\.", -1)) {
      node = node.path(name);
    }
    return node;
  }

  private static JsonNode remove(ObjectNode root, String key) {
    int end = key.lastIndexOf('.');
    JsonNode removed =
        get(root, key.substring(0, end)) instanceof ObjectNode section
            ? section.remove(key.substring(end + 1))
            : null;
    return removed == null ? MissingNode.getInstance() : removed;
  }

  /** Does nothing where a single value stands in a section's place, which is reported anyway. */
  private static void put(ObjectNode root, String key, JsonNode value) {
    String[] path = key.split("\\.", -1);
    ObjectNode section = root;
    for (int i = 0; i < path.length - 1; i++) {
      JsonNode next = section.path(path[i]);
      if (next.isMissingNode() || next.isNull()) {
        section = section.putObject(path[i]);
      } else if (next instanceof ObjectNode object) {
        section = object;
      } else {
        return;
      }
    }
    section.set(path[path.length - 1], value);
  }
}
