package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last file of a checkpoint, without which it is none: JSON that begins with the hash of the
 * rest of it.
 */
final class CheckpointManifest {

  /** Its name in the checkpoint's directory. */
  static final String NAME = "manifest.json";

  private static final String HEAD = "{\"sha256\":\"";
  private static final int HASH_LENGTH = 64;
  private static final String MIDDLE = "\",\"manifest\":";
  private static final String TAIL = "}\n";
  private static final int START = HEAD.length() + HASH_LENGTH + MIDDLE.length();

  private CheckpointManifest() {}

  static void write(RunDirectory directory, CheckpointName checkpoint, JsonNode manifest)
      throws IOException {
    byte[] body = BoundedJson.write(manifest);
    String head = HEAD + HashedFile.sha256(body) + MIDDLE;
    try (HashedFile file =
        new HashedFile(
            directory.fileSystem(), directory.path(checkpoint.file(NAME)), summary -> {})) {
      file.stream().write(head.getBytes(StandardCharsets.US_ASCII));
      file.stream().write(body);
      file.stream().write(TAIL.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * A checkpoint's manifest, in whatever schema it was written; empty if there is none, or one that
   * was not finished.
   *
   * @throws DamagedException if it does not have its own hash
   */
  static Optional<JsonNode> read(RunDirectory directory, CheckpointName checkpoint)
      throws IOException {
    String where = directory.path(checkpoint.file(NAME)).toString();
    byte[] content;
    try {
      content = directory.read(checkpoint.file(NAME), BoundedJson.LARGEST);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    if (isCutOff(content)) {
      return Optional.empty();
    }
    int end = content.length - TAIL.length();
    if (end < START
        || !ascii(content, 0, HEAD.length()).equals(HEAD)
        || !ascii(content, START - MIDDLE.length(), START).equals(MIDDLE)
        || !ascii(content, end, content.length).equals(TAIL)) {
      throw new DamagedException(
          where + ": expected a manifest, found " + content.length + " other bytes");
    }
    byte[] body = Arrays.copyOfRange(content, START, end);
    String expected = ascii(content, HEAD.length(), HEAD.length() + HASH_LENGTH);
    String found = HashedFile.sha256(body);
    if (!found.equals(expected)) {
      throw new DamagedException(
          where + ": expected SHA-256 " + expected + " of the manifest, found " + found);
    }
    return Optional.of(BoundedJson.read(body, where));
  }

  /** Whether it is the beginning of a manifest alone, as a writer that was killed leaves it. */
  private static boolean isCutOff(byte[] content) {
    int end = content.length - TAIL.length();
    if (end < START) {
      String head = ascii(content, 0, Math.min(content.length, HEAD.length()));
      return HEAD.startsWith(head);
    }
    // Nothing else has its last byte, unless that one is damaged, which leaves the hash.
    return content[content.length - 1] != '\n'
        && !HashedFile.sha256(Arrays.copyOfRange(content, START, end))
            .equals(ascii(content, HEAD.length(), HEAD.length() + HASH_LENGTH));
  }

  private static String ascii(byte[] content, int from, int to) {
    return new String(content, from, to - from, StandardCharsets.US_ASCII);
  }
}
