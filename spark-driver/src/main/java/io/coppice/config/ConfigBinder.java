package io.coppice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * Fills a record from a tree of values, as its components' {@link Setting} annotations say, and
 * collects every mistake: unknown keys, wrong types, numbers out of range.
 */
final class ConfigBinder {

  private static final int FARTHEST_SUGGESTION = 4;

  private final List<String> problems = new ArrayList<>();

  List<String> problems() {
    return problems;
  }

  /** Binds a section; the result is usable only if no problem was found. */
  <T> T bind(Class<T> type, JsonNode section, String path) {
    if (!section.isObject() && !section.isMissingNode() && !section.isNull()) {
      problems.add(describe(path) + " must be a section of keys, found " + section);
      return bind(type, MissingNode.getInstance(), path);
    }
    RecordComponent[] components = type.getRecordComponents();
    reportUnknownKeys(components, section, path);
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String key = path.isEmpty() ? components[i].getName() : path + "." + components[i].getName();
      JsonNode value = section.path(components[i].getName());
      values[i] = value(components[i], value, key);
    }
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }

  /** What a node is; its content may be a secret. */
  static String kind(JsonNode node) {
    return node.isArray() ? "a list" : node.isObject() ? "keys and values" : "a single value";
  }

  private @Nullable Object value(RecordComponent component, JsonNode value, String key) {
    Class<?> type = component.getType();
    if (type.isRecord()) {
      return bind(type, value, key);
    } else if (type == Map.class) {
      return strings(value, key);
    } else if (type == List.class) {
      return texts(value, key);
    }
    return scalar(component, value, key);
  }

  /** A list of single values, or one text with commas between them, as a command line has it. */
  private List<String> texts(JsonNode list, String key) {
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (list.isTextual()) {
      return Arrays.stream(list.textValue().split(","))
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .toList();
    }
    List<String> texts = new ArrayList<>();
    boolean valid = list.isArray();
    for (JsonNode element : list) {
      valid &= element.isTextual() && !element.textValue().isEmpty();
      texts.add(element.asText());
    }
    if (!valid) {
      problems.add("'" + key + "' must be a list of texts, found " + list);
      return List.of();
    }
    return List.copyOf(texts);
  }

  /** The annotation of a component, which every component of a configuration record has. */
  static Setting setting(RecordComponent component) {
    return Objects.requireNonNull(
        component.getAnnotation(Setting.class), component + " has no @Setting");
  }

  private void reportUnknownKeys(RecordComponent[] components, JsonNode section, String path) {
    for (Iterator<String> names = section.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (Arrays.stream(components).noneMatch(component -> component.getName().equals(name))) {
        String key = path.isEmpty() ? name : path + "." + name;
        problems.add("unknown key '" + key + "'" + suggestion(name, components, path));
      }
    }
  }

  private static String suggestion(String name, RecordComponent[] components, String path) {
    String best = null;
    int bestDistance = FARTHEST_SUGGESTION;
    for (RecordComponent component : components) {
      int distance =
          new LevenshteinDistance()
              .apply(name.toLowerCase(Locale.ROOT), component.getName().toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = component.getName();
        bestDistance = distance;
      }
    }
    if (best != null) {
      return "; did you mean '" + (path.isEmpty() ? best : path + "." + best) + "'?";
    }
    return "; known here are "
        + String.join(", ", Arrays.stream(components).map(RecordComponent::getName).toList());
  }

  private Map<String, String> strings(JsonNode section, String key) {
    Map<String, String> strings = new TreeMap<>();
    if (!section.isObject() && !section.isMissingNode() && !section.isNull()) {
      problems.add(describe(key) + " must be a section of keys, found " + kind(section));
    }
    section
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().isValueNode()) {
                strings.put(field.getKey(), field.getValue().asText());
              } else {
                problems.add("'" + key + "." + field.getKey() + "' must be a single value");
              }
            });
    return strings;
  }

  private @Nullable Object scalar(RecordComponent component, JsonNode value, String key) {
    Setting setting = setting(component);
    boolean absent = value.isMissingNode() || value.isNull();
    if (!absent && !value.isValueNode()) {
      problems.add("'" + key + "' must be a single value, found " + value);
      absent = true;
    }
    String text = absent ? setting.value() : value.asText();
    Class<?> type = component.getType();
    if (type == String.class) {
      if (EnvironmentReference.occursIn(text)) {
        problems.add(
            "'"
                + key
                + "' cannot refer to the environment, as its value is printed and written; only the values under 'hadoop'"
                + " can");
      }
      return text;
    } else if (type == boolean.class) {
      return parseBoolean(text, setting, key);
    } else if (type == StructureBudget.class) {
      return parseBudget(text, setting, key);
    } else if (type.isEnum()) {
      return parseEnum(type, text, setting, key);
    }
    return parseNumber(type, text, setting, key);
  }

  private boolean parseBoolean(String text, Setting setting, String key) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    problems.add("'" + key + "' must be true or false, found '" + text + "'");
    return setting.value().equals("true");
  }

  private StructureBudget parseBudget(String text, Setting setting, String key) {
    try {
      return StructureBudget.parse(text);
    } catch (IllegalArgumentException e) {
      problems.add("'" + key + "' " + e.getMessage());
      return StructureBudget.parse(setting.value());
    }
  }

  private Object parseEnum(Class<?> type, String text, Setting setting, String key) {
    Object[] constants = type.getEnumConstants();
    Object fallback = constants[0];
    for (Object constant : constants) {
      if (spelling(constant).equals(text)) {
        return constant;
      }
      if (spelling(constant).equals(setting.value())) {
        fallback = constant;
      }
    }
    problems.add(
        "'"
            + key
            + "' must be one of "
            + String.join(", ", Arrays.stream(constants).map(ConfigBinder::spelling).toList())
            + ", found '"
            + text
            + "'");
    return fallback;
  }

  /** How an enum constant is written in a configuration: {@code PER_SHARD} as {@code per-shard}. */
  static String spelling(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Object parseNumber(Class<?> type, String text, Setting setting, String key) {
    boolean whole = type == int.class || type == long.class;
    try {
      double value = whole ? Long.parseLong(text) : Double.parseDouble(text);
      boolean tooSmall = setting.aboveMin() ? value <= setting.min() : value < setting.min();
      if (Double.isNaN(value) || Double.isInfinite(value) || tooSmall || value > setting.max()) {
        problems.add("'" + key + "' must be " + range(setting, whole) + ", found " + text);
        return number(type, setting.value());
      }
      return number(type, text);
    } catch (NumberFormatException e) {
      problems.add(
          "'"
              + key
              + "' must be "
              + (whole ? "a whole number" : "a number")
              + ", found '"
              + text
              + "'");
      return number(type, setting.value());
    }
  }

  private static Object number(Class<?> type, String text) {
    if (type == int.class) {
      return Integer.parseInt(text);
    } else if (type == long.class) {
      return Long.parseLong(text);
    }
    return Double.parseDouble(text);
  }

  private static String range(Setting setting, boolean whole) {
    String low = setting.aboveMin() ? "greater than " : "at least ";
    StringBuilder range = new StringBuilder();
    if (setting.min() > Double.NEGATIVE_INFINITY) {
      range.append(low).append(plain(setting.min(), whole));
    }
    if (setting.max() < Double.POSITIVE_INFINITY) {
      range
          .append(range.isEmpty() ? "" : " and ")
          .append("at most ")
          .append(plain(setting.max(), whole));
    }
    return range.isEmpty() ? "finite" : range.toString();
  }

  private static String plain(double bound, boolean whole) {
    return whole || bound == Math.rint(bound)
        ? String.valueOf((long) bound)
        : String.valueOf(bound);
  }

  private static String describe(String path) {
    return path.isEmpty() ? "the configuration" : "'" + path + "'";
  }
}
