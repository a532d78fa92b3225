package io.coppice.storage;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document that carries its own hash, such as a finished run's manifest: the SHA-256 of its bytes
 * with 64 zeros in the place of the hash.
 */
public final class SealedManifest {

  /** The member of the JSON object that holds the hash. */
  public static final String MEMBER = "manifestSha256";

  /** What stands there before the hash is taken. */
  public static final String NO_HASH = "0".repeat(64);

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
   * @param where path of the file, for messages
   * @param advice what to do where they differ, for messages
   * @throws DamagedException if they do not fit
   */
  static void check(byte[] manifest, String where, String advice) throws DamagedException {
    Matcher seal = find(manifest);
    if (!seal.find()) {
      throw new DamagedException(where + ": carries no hash of itself" + advice);
    }
    String found = HashedFile.sha256(replaceHash(manifest, NO_HASH));
    if (!found.equals(seal.group(2))) {
      throw new DamagedException(
          where
              + ": expected SHA-256 "
              + seal.group(2)
              + " of the manifest, found "
              + found
              + advice);
    }
  }

  /**
   * Whether a document is the beginning of one alone, as a writer leaves it that was killed. One of
   * which a byte changed is not.
   */
  static boolean isCutOff(byte[] document) {
    boolean ends =
        endsLike(document, "\"" + MEMBER + "\":\"", "\"}")
            || endsLike(document, "\"" + MEMBER + "\" : \"", "\"\n}");
    return document.length == 0 || !ends && !BoundedJson.isWhole(document);
  }

  /** Whether all that stands around a hash at a document's end, but for a byte, is as expected. */
  private static boolean endsLike(byte[] document, String before, String after) {
    int start = document.length - before.length() - NO_HASH.length() - after.length();
    if (start < 0) {
      return false;
    }
    int differences = 0;
    for (int i = 0; i < before.length(); i++) {
      differences += document[start + i] == before.charAt(i) ? 0 : 1;
    }
    for (int i = 0; i < after.length(); i++) {
      int place = document.length - after.length() + i;
      differences += document[place] == after.charAt(i) ? 0 : 1;
    }
    return differences <= 1;
  }

  private static byte[] replaceHash(byte[] manifest, String hash) {
    return find(manifest).replaceFirst("$1" + hash + "\"").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Matcher find(byte[] manifest) {
    return SEAL.matcher(new String(manifest, StandardCharsets.ISO_8859_1));
  }
}
