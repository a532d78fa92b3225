package io.coppice.exchange;

import io.coppice.compact.TensorLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The numbers of a dense network, from which a training starts.
 *
 * @param parameters trained tensors, laid out as those of the dense network
 * @param statistics running statistics of the batch norms, laid out likewise
 */
public record StartValues(float[] parameters, float[] statistics) {

  /**
   * Whether all numbers are finite and no variance is negative.
   *
   * @param ofStatistics layout of the statistics
   */
  public boolean areValid(TensorLayout ofStatistics) {
    for (TensorLayout.Tensor tensor : ofStatistics.tensors()) {
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        if (tensor.kind() == TensorLayout.Kind.VARIANCE && statistics[i] < 0) {
          return false;
        }
      }
    }
    return areFinite(parameters) && areFinite(statistics);
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** SHA-256 of the numbers, in hexadecimal. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (float[] values : new float[][] {parameters, statistics}) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        for (float value : values) {
          bytes.putFloat(value);
          if (!bytes.hasRemaining()) {
            digest.update(bytes.flip());
            bytes.clear();
          }
        }
        digest.update(bytes.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
