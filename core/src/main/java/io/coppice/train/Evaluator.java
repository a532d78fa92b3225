package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;
import java.util.Arrays;
import java.util.List;

/** Measures compact networks in use: batch norms take their running statistics. */
public final class Evaluator {

  private final NetworkExecutor executor;
  private final float[] images;
  private final int[] labels;

  public Evaluator(NetworkExecutor executor, int imageSize) {
    this.executor = executor;
    this.images = new float[executor.batch() * imageSize];
    this.labels = new int[executor.batch()];
  }

  /**
   * Evaluates all images of a set, which are read once for all networks.
   *
   * @param weights of all networks
   * @param statistics running statistics of each network
   * @return how each network did
   */
  public List<Evaluation> evaluate(
      List<CompactNetwork> compacts,
      Weights weights,
      List<float[]> statistics,
      Minibatches minibatches) {
    Evaluation[] totals = new Evaluation[compacts.size()];
    Arrays.fill(totals, Evaluation.NONE);
    int first = 0;
    while (true) {
      int count = minibatches.fillInOrder(first, images, labels);
      if (count == 0) {
        return List.of(totals);
      }
      for (int i = 0; i < totals.length; i++) {
        BatchResult result =
            executor.evaluate(compacts.get(i), weights, statistics.get(i), images, labels, count);
        totals[i] = totals[i].plus(new Evaluation(result.loss() * count, result.correct(), count));
      }
      first += count;
    }
  }
}
