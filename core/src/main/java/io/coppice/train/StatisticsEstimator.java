package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;

/**
 * Estimates the batch norms' running statistics of a mask anew: the mean over some minibatches of
 * training images.
 */
public final class StatisticsEstimator {

  private final NetworkExecutor executor;
  private final float[] images;
  private final int[] labels;

  public StatisticsEstimator(NetworkExecutor executor, int imageSize) {
    this.executor = executor;
    this.images = new float[executor.batch() * imageSize];
    this.labels = new int[executor.batch()];
  }

  /**
   * Means and variances, laid out as {@code compact.statistics()}.
   *
   * @param epoch whose order of the images to take
   * @param steps number of minibatches, at least 1
   */
  public float[] estimate(
      CompactNetwork compact, Weights weights, Minibatches minibatches, long epoch, int steps) {
    double[] sums = new double[compact.statistics().size()];
    float[] statistics = new float[sums.length];
    for (int step = 0; step < steps; step++) {
      minibatches.fill(epoch, step, images, labels);
      executor.batchStatistics(compact, weights, images, statistics);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += statistics[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      statistics[i] = (float) (sums[i] / steps);
    }
    return statistics;
  }
}
