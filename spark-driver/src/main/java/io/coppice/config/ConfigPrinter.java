package io.coppice.config;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a configuration as YAML, every key with its description, in a form that {@link
 * ConfigReader} reads back.
 */
public final class ConfigPrinter {

  private static final String INDENT = "  ";

  private ConfigPrinter() {}

  public static String print(RunConfig config) {
    StringBuilder yaml = new StringBuilder();
    printSection(config, "", yaml);
    return yaml.toString();
  }

  /**
   * How a value of a closed choice is written in a configuration: {@code PER_SHARD} as {@code
   * per-shard}.
   */
  public static String spelling(Enum<?> choice) {
    return ConfigBinder.spelling(choice);
  }

  private static void printSection(Record section, String indent, StringBuilder yaml) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Setting setting = ConfigBinder.setting(component);
      Object value = value(section, component);
      if (indent.isEmpty() && !yaml.isEmpty()) {
        yaml.append('\n');
      }
      yaml.append(indent).append("# ").append(setting.description()).append('\n');
      yaml.append(indent).append(component.getName()).append(':');
      if (value instanceof Record nested) {
        yaml.append('\n');
        printSection(nested, indent + INDENT, yaml);
      } else if (value instanceof Map<?, ?> names) {
        yaml.append(names.isEmpty() ? " {}\n" : "\n");
        names.forEach(
            (name, text) ->
                yaml.append(indent + INDENT)
                    .append(scalar(name))
                    .append(": ")
                    .append(scalar(Redaction.of(String.valueOf(name), String.valueOf(text))))
                    .append('\n'));
      } else {
        yaml.append(' ').append(scalar(value)).append('\n');
      }
    }
  }

  static Object value(Record section, RecordComponent component) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static String scalar(Object value) {
    if (value instanceof Enum<?> choice) {
      return spelling(choice);
    } else if (value instanceof List<?> list) {
      return list.stream().map(ConfigPrinter::scalar).collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof String text) {
      return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
    return value.toString();
  }
}
