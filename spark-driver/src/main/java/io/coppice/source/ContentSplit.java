package io.coppice.source;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One side of a division of images by their content, as it is stored: the same images come to the
 * same side whatever they are called, where they lie, what is done to their size, and beside which
 * others; equal ones always come to one side.
 *
 * @param share of the images on one side, from 0 to 1
 * @param inside whether it is that side
 */
record ContentSplit(double share, boolean inside) implements Serializable {

  private static final int FRACTION_BITS = 53;

  /** No division. */
  static final ContentSplit ALL = new ContentSplit(0, false);

  /**
   * The images to learn from: all, or without those that are split off.
   *
   * @param testShare of the images that is split off
   * @param hasTest whether there are images to test by, so that none are
   */
  static ContentSplit toLearnFrom(double testShare, boolean hasTest) {
    return hasTest ? ALL : new ContentSplit(testShare, false);
  }

  /** Whether there is anything to test by, likewise. */
  static boolean leavesSome(double testShare, boolean hasTest) {
    return hasTest || testShare > 0;
  }

  /** The images to test by, likewise: all of their own, or those that are split off. */
  static ContentSplit toTestBy(double testShare, boolean hasTest) {
    return hasTest ? ALL : new ContentSplit(testShare, true);
  }

  /** Whether an image is on this side. */
  boolean takes(byte[] stored) {
    if (share <= 0) {
      return !inside;
    }
    try {
      long bits = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(stored)).getLong();
      double place = (bits >>> Long.SIZE - FRACTION_BITS) * 0x1p-53;
      return place < share == inside;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
