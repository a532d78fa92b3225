package io.coppice.config;

import java.util.List;

/** A configuration is wrong; the message lists every mistake. */
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param origin where the configuration comes from
   * @param problems what is wrong with it, at least one
   */
  public ConfigException(String origin, List<String> problems) {
    super(
        origin
            + (problems.size() == 1 ? ": 1 problem" : ": " + problems.size() + " problems")
            + "\n  - "
            + String.join("\n  - ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
