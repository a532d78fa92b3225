package io.coppice.shards;

import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The place of an image in the order of a run: a random number that follows from the seed and the
 * image's SHA-256, then that hash itself, then that of its file where this is kept. Keys are bytes,
 * compared as unsigned; equal keys are equal images. A key of a single byte stands for a problem
 * instead of an image.
 */
final class ContentKey {

  private static final int HASH_BYTES = 32;
  private static final int BYTES = Long.BYTES + HASH_BYTES;
  private static final byte[] PROBLEM = {0};

  private ContentKey() {}

  /** The key of what is no image. */
  static byte[] ofProblem() {
    return PROBLEM.clone();
  }

  static boolean isProblem(byte[] key) {
    return key.length == PROBLEM.length;
  }

  /** The key of an image, label and pixels together. */
  static byte[] of(long seed, MessageDigest sha256, int label, byte[] pixels) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(label).array());
    byte[] hash = sha256.digest(pixels);
    ByteBuffer words = ByteBuffer.wrap(hash);
    long order =
        CounterRandom.of(
                seed,
                Purpose.SHARD,
                words.getLong(),
                words.getLong(),
                words.getLong(),
                words.getLong())
            .nextLong();
    return ByteBuffer.allocate(BYTES).putLong(order).put(hash).array();
  }

  /**
   * The key of an image that is kept as a file: among images of equal pixels, which come one after
   * the other, files have an order too.
   */
  static byte[] of(long seed, MessageDigest sha256, int label, byte[] pixels, byte[] file) {
    byte[] ofPixels = of(seed, sha256, label, pixels);
    byte[] key = Arrays.copyOf(ofPixels, BYTES + HASH_BYTES);
    System.arraycopy(sha256.digest(file), 0, key, BYTES, HASH_BYTES);
    return key;
  }

  /** The hash of label and pixels within a key, as a number. */
  static BigInteger hash(byte[] key) {
    return new BigInteger(1, Arrays.copyOfRange(key, Long.BYTES, BYTES));
  }

  /** Which of some equal parts of all keys it lies in, in their order. */
  static int bucket(byte[] key, int buckets) {
    long first = Integer.toUnsignedLong(ByteBuffer.wrap(key).getInt());
    return (int) (first * buckets >>> Integer.SIZE);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
