package io.coppice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/**
 * The fields of every command's document, as {@code json-fields.txt} lists them: a promise to
 * scripts, which a test compares with what commands print. A line is {@code command | field | type
 * | meaning}; {@code a.b} is a field of an object, {@code a[]} an element of an array.
 */
final class JsonFields {

  private static final String RESOURCE = "json-fields.txt";
  private static final int COLUMNS = 4;

  /** What all documents have, and what those of failures have besides. */
  static final String ALL = "*";

  private JsonFields() {}

  /**
   * A field.
   *
   * @param path in the document
   * @param type text, number, boolean, object, array or null, or several with "or" between them
   * @param meaning for a person; empty below the first level
   */
  record Field(String path, String type, String meaning) {}

  /** The fields by command, in their order. */
  static Map<String, List<Field>> all() {
    Map<String, List<Field>> fields = new LinkedHashMap<>();
    try (InputStream in = JsonFields.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("io/coppice/cli/" + RESOURCE + " is missing from the jar");
      }
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(
              line -> {
                String[] parts = line.split("\\|", COLUMNS);
                fields
                    .computeIfAbsent(parts[0].strip(), unused -> new ArrayList<>())
                    .add(new Field(parts[1].strip(), parts[2].strip(), parts[3].strip()));
              });
      return fields;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells of them in the help of each command. */
  static void addTo(CommandLine commandLine) {
    Map<String, List<Field>> all = all();
    addTo(commandLine, "", all);
  }

  private static void addTo(CommandLine commandLine, String name, Map<String, List<Field>> all) {
    List<Field> fields = all.get(name);
    if (fields != null) {
      List<String> footer =
          new ArrayList<>(List.of(commandLine.getCommandSpec().usageMessage().footer()));
      footer.add("");
      footer.add(
          "Fields of --json, beside command, exitCode and exitName (message and advice of a failure):");
      fields.stream()
          .filter(field -> !field.meaning().isEmpty())
          .forEach(
              field ->
                  footer.add(
                      String.format(Locale.ROOT, "  %-18s %s", field.path(), field.meaning())
                          .replace("%", "%%")));
      commandLine.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
    }
    commandLine
        .getSubcommands()
        .forEach((sub, command) -> addTo(command, (name + " " + sub).strip(), all));
  }
}
