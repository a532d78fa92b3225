package io.coppice.config;

import java.util.regex.Pattern;
import org.apache.hadoop.conf.ConfigRedactor;
import org.apache.hadoop.conf.Configuration;

/**
 * Hides values that stand literally where a secret is expected: under the keys of Hadoop's own list
 * ({@code hadoop.security.sensitive-config-keys}, which a site may extend), and under names that
 * tell of a secret in the file systems whose keys that list lacks.
 */
public final class Redaction {

  /** What stands in the place of a secret. */
  static final String HIDDEN = "(hidden)";

  /** Names of secrets, as a regular expression that is to be found in a key. */
  public static final String SECRET_NAMES =
      "(?i)secret|password|passphrase|[.]pass$|credential(?!s?[.]provider)|token(?![.]provider)"
          + "|(access|account|api|encryption|private|session|signing)[-_.]?key|[.]sas[.]|userinfo";

  private static final Pattern SECRET_NAME = Pattern.compile(SECRET_NAMES);

  /** A user and a password within an address. */
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s:]*:[^/@\\s]*@");

  private static final ConfigRedactor HADOOP = new ConfigRedactor(new Configuration());

  private Redaction() {}

  /** The value as it may be shown: a reference to the environment is, a literal secret is not. */
  public static String of(String name, String value) {
    if (EnvironmentReference.isNothingElse(value)) {
      return value;
    }
    boolean secret = SECRET_NAME.matcher(name).find() || !HADOOP.redact(name, value).equals(value);
    return secret ? HIDDEN : USER_INFO.matcher(value).replaceAll("://" + HIDDEN + "@");
  }
}
