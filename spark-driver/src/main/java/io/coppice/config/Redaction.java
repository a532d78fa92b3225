package io.coppice.config;

import java.util.regex.Pattern;

/** Hides values that stand literally where a secret is expected. */
final class Redaction {

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)secret|password|token|credential|access[.]?key");

  private Redaction() {}

  /** The value as it may be shown: a reference to the environment is, a literal secret is not. */
  static String of(String name, String value) {
    boolean secret = SECRET_NAME.matcher(name).find() && !EnvironmentReference.occursIn(value);
    return secret ? "(hidden)" : value;
  }
}
