package io.coppice.train;

import java.util.Arrays;
import java.util.List;

/**
 * Means and variances at the batch norms of some masks, added up over minibatches.
 *
 * @param sums of each mask, laid out as {@code statistics()} of its compact network
 * @param minibatches number of minibatches
 */
public record StatisticsSums(double[][] sums, int minibatches) {

  /** Those of this one's minibatches, and then of others. */
  public StatisticsSums plus(StatisticsSums others) {
    double[][] all = new double[sums.length][];
    for (int mask = 0; mask < all.length; mask++) {
      all[mask] = sums[mask].clone();
      for (int i = 0; i < all[mask].length; i++) {
        all[mask][i] += others.sums[mask][i];
      }
    }
    return new StatisticsSums(all, minibatches + others.minibatches);
  }

  /** The mean over the minibatches, for each mask. */
  public List<float[]> means() {
    return Arrays.stream(sums).map(this::means).toList();
  }

  private float[] means(double[] ofMask) {
    float[] means = new float[ofMask.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (ofMask[i] / minibatches);
    }
    return means;
  }
}
