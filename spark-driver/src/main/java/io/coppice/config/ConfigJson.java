package io.coppice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A configuration as JSON, as it stands in manifests, and the comparison of two. */
public final class ConfigJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConfigJson() {}

  /** All keys with their values; secrets hidden. */
  public static ObjectNode of(RunConfig config) {
    return section(config, false);
  }

  /** The keys that decide on the result: all but the operational ones. */
  public static ObjectNode identity(RunConfig config) {
    return section(config, true);
  }

  /**
   * What a run would do otherwise than another one.
   *
   * @param before the other run's {@link #identity}, maybe under old keys; those that it lacks had
   *     their default
   * @return a line a key; empty if there is no difference
   */
  public static List<String> differences(JsonNode before, RunConfig now) {
    List<String> differences = new ArrayList<>();
    RunConfig completed = completed(before, differences);
    compare(identity(completed), identity(now), "", differences);
    return differences;
  }

  /**
   * The configuration of a run that was kept.
   *
   * @param kept its {@link #identity}, maybe under old keys; those that it lacks have their default
   * @throws ConfigException if it is none of this version's
   */
  public static RunConfig read(JsonNode kept) {
    List<String> problems = new ArrayList<>();
    RunConfig config = completed(kept, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException("the run's configuration", problems);
    }
    return config;
  }

  /**
   * A setting that is not at its default.
   *
   * @param key such as {@code training.epochs}
   * @param value as it would stand in a configuration; a secret is hidden
   * @param normally its default, likewise; empty where there is none
   * @param meaning of the setting, in one sentence
   */
  public record Change(String key, String value, String normally, String meaning) {}

  /** The settings that are not at their defaults, in the order of {@code --print-config}. */
  public static List<Change> changes(RunConfig config) {
    List<Change> changes = new ArrayList<>();
    addChanges(config, ConfigReader.read("defaults", "", Map.of()), "", changes);
    return changes;
  }

  private static void addChanges(
      Record section, Record defaults, String path, List<Change> changes) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      String key = path + component.getName();
      String meaning = ConfigBinder.setting(component).description();
      Object value = ConfigPrinter.value(section, component);
      Object normal = ConfigPrinter.value(defaults, component);
      if (value instanceof Record nested && normal instanceof Record nestedDefaults) {
        addChanges(nested, nestedDefaults, key + ".", changes);
      } else if (value instanceof Map<?, ?> names) {
        names.forEach(
            (name, text) ->
                changes.add(
                    new Change(
                        key + "." + name,
                        Redaction.of(String.valueOf(name), String.valueOf(text)),
                        "",
                        meaning)));
      } else if (!value.equals(normal)) {
        changes.add(new Change(key, Redaction.of(key, text(value)), text(normal), meaning));
      }
    }
  }

  private static String text(Object value) {
    if (value instanceof Enum<?> choice) {
      return ConfigPrinter.spelling(choice);
    } else if (value instanceof List<?> list) {
      return list.stream().map(ConfigJson::text).collect(Collectors.joining(", "));
    }
    return String.valueOf(value);
  }

  private static RunConfig completed(JsonNode kept, List<String> problems) {
    JsonNode present = kept.deepCopy();
    if (present instanceof ObjectNode object) {
      RenamedKeys.apply(object, caution -> {}, problems);
    }
    ConfigBinder binder = new ConfigBinder();
    RunConfig config = binder.bind(RunConfig.class, present, "");
    problems.addAll(binder.problems());
    return config;
  }

  private static void compare(
      JsonNode before, JsonNode now, String path, List<String> differences) {
    now.fields()
        .forEachRemaining(
            field -> {
              String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              JsonNode other = before.path(field.getKey());
              if (field.getValue().isObject()) {
                compare(other, field.getValue(), key, differences);
              } else if (!other.equals(field.getValue())) {
                differences.add("'" + key + "' was " + other + " and is " + field.getValue());
              }
            });
  }

  private static ObjectNode section(Record section, boolean identityOnly) {
    ObjectNode json = JSON.createObjectNode();
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (identityOnly && ConfigBinder.setting(component).operational()) {
        continue;
      }
      Object value = ConfigPrinter.value(section, component);
      if (value instanceof Record nested) {
        json.set(component.getName(), section(nested, identityOnly));
      } else if (value instanceof Map<?, ?> names) {
        ObjectNode object = json.putObject(component.getName());
        names.forEach(
            (name, text) ->
                object.put(
                    String.valueOf(name),
                    Redaction.of(String.valueOf(name), String.valueOf(text))));
      } else if (value instanceof Enum<?> choice) {
        json.put(component.getName(), ConfigPrinter.spelling(choice));
      } else if (value instanceof StructureBudget budget) {
        json.set(component.getName(), budget.toJson());
      } else {
        json.set(component.getName(), JSON.valueToTree(value));
      }
    }
    return json;
  }
}
