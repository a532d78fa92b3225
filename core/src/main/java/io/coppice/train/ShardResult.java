package io.coppice.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a shard tells of its steps in one round.
 *
 * @param shard its number
 * @param losses mean cross-entropy of the trained mask on the minibatch, for each local step
 * @param probeLosses those of each local step's probes on the same minibatches, in their order
 * @param correct images of the minibatches that the trained masks classified right
 * @param images number of images of all steps
 * @param divergence where a number was not finite; null if all were
 * @param computeNanos time the steps took on their executor
 * @param decodeNanos the part of it in which images were read and decoded
 */
public record ShardResult(
    int shard,
    double[] losses,
    double[][] probeLosses,
    int correct,
    int images,
    @Nullable Divergence divergence,
    long computeNanos,
    long decodeNanos) {

  /**
   * A number that is not finite.
   *
   * @param step local step, from 0
   * @param loss of the trained mask or of a probe
   * @param place the first layer whose output is not finite, or the tensor whose weight or gradient
   *     is not
   */
  public record Divergence(int step, double loss, String place) {}

  /** Mean loss of the trained masks. */
  public double loss() {
    return Arrays.stream(losses).average().orElseThrow();
  }

  /** Mean loss of the probes; NaN where there is none. */
  public double probeLoss() {
    return Arrays.stream(probeLosses).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
  }
}
