package io.coppice.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** References {@code ${env:NAME}} from a configuration to the environment, which holds secrets. */
public final class EnvironmentReference {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([^}]*)}");

  private EnvironmentReference() {}

  static boolean occursIn(String text) {
    return REFERENCE.matcher(text).find();
  }

  /** Whether a text is made of references, with no more than punctuation between them. */
  static boolean isNothingElse(String text) {
    return occursIn(text)
        && REFERENCE
            .matcher(text)
            .replaceAll("")
            .codePoints()
            .noneMatch(Character::isLetterOrDigit);
  }

  /**
   * Replaces references by the variables' values. The result must never be shown.
   *
   * @param section name of the values' section, for messages
   * @throws ConfigException if a variable is not set; it names all of them
   */
  public static Map<String, String> resolve(
      String section, Map<String, String> values, Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    Map<String, String> resolved = new TreeMap<>();
    values.forEach(
        (key, value) ->
            resolved.put(
                key,
                REFERENCE
                    .matcher(value)
                    .replaceAll(
                        reference -> {
                          String name = reference.group(1);
                          String found = environment.get(name);
                          if (found == null) {
                            problems.add(
                                "'"
                                    + section
                                    + "."
                                    + key
                                    + "' refers to the environment variable "
                                    + name
                                    + ", which is not set");
                            return "";
                          }
                          return Matcher.quoteReplacement(found);
                        })));
    if (!problems.isEmpty()) {
      throw new ConfigException("configuration and environment", problems);
    }
    return resolved;
  }
}
