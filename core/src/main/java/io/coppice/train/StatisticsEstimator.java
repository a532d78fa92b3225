package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;
import java.util.List;

/**
 * Estimates the batch norms' running statistics of masks anew: the mean over some minibatches of
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
   * Sums over the first minibatches of an epoch, each of which all masks see.
   *
   * @param compacts the masks' compact networks
   * @param weights of all of them
   * @param epoch whose order of the images to take
   * @param steps number of minibatches, at least 1
   */
  public StatisticsSums sums(
      List<CompactNetwork> compacts,
      Weights weights,
      Minibatches minibatches,
      long epoch,
      int steps) {
    double[][] sums =
        compacts.stream()
            .map(compact -> new double[compact.statistics().size()])
            .toArray(double[][]::new);
    for (int step = 0; step < steps; step++) {
      minibatches.fill(epoch, step, images, labels);
      for (int mask = 0; mask < sums.length; mask++) {
        addStatistics(compacts.get(mask), weights, sums[mask]);
      }
    }
    return new StatisticsSums(sums, steps);
  }

  private void addStatistics(CompactNetwork compact, Weights weights, double[] sums) {
    float[] statistics = new float[sums.length];
    executor.batchStatistics(compact, weights, images, statistics);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += statistics[i];
    }
  }
}
