package io.coppice.storage;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A finished run's manifest, which carries its own hash: the SHA-256 of its bytes with 64 zeros in
 * the place of the hash.
 */
public final class SealedManifest {

  /** The member of the JSON object that holds the hash. */
  public static final String MEMBER = "manifestSha256";

  /** What stands there before the hash is taken. */
  public static final String NO_HASH = "0".repeat(64);

  private static final String ADVICE =
      "; remove it, and the command of that run writes the result anew from the last checkpoint";

  private static final Pattern SEAL =
      Pattern.compile("(\"" + MEMBER + "\"\\s*:\\s*\")([0-9a-f]{64})\"");

  private SealedManifest() {}

  /**
   * Puts the hash in.
   *
   * @param manifest JSON whose {@link #MEMBER} is {@link #NO_HASH}
   */
  public static byte[] seal(byte[] manifest) {
    return replaceHash(manifest, HashedFile.sha256(manifest));
  }

  /**
   * Compares the hash with the content.
   *
   * @throws DamagedException if they do not fit
   */
  static void check(byte[] manifest, String where) throws DamagedException {
    Matcher seal = find(manifest);
    if (!seal.find()) {
      throw new DamagedException(where + ": carries no hash of itself" + ADVICE);
    }
    String found = HashedFile.sha256(replaceHash(manifest, NO_HASH));
    if (!found.equals(seal.group(2))) {
      throw new DamagedException(
          where
              + ": expected SHA-256 "
              + seal.group(2)
              + " of the manifest, found "
              + found
              + ADVICE);
    }
  }

  private static byte[] replaceHash(byte[] manifest, String hash) {
    return find(manifest).replaceFirst("$1" + hash + "\"").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Matcher find(byte[] manifest) {
    return SEAL.matcher(new String(manifest, StandardCharsets.ISO_8859_1));
  }
}
