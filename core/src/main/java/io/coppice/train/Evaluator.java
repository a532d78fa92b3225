package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;

/** Measures a compact network in use: batch norms take their running statistics. */
public final class Evaluator {

  private final NetworkExecutor executor;
  private final float[] images;
  private final int[] labels;

  public Evaluator(NetworkExecutor executor, int imageSize) {
    this.executor = executor;
    this.images = new float[executor.batch() * imageSize];
    this.labels = new int[executor.batch()];
  }

  /** Evaluates images {@code from} (inclusive) to {@code to} (exclusive) of a set. */
  public Evaluation evaluate(
      CompactNetwork compact,
      Weights weights,
      float[] statistics,
      Minibatches minibatches,
      int from,
      int to) {
    Evaluation total = Evaluation.NONE;
    for (int first = from; first < to; first += executor.batch()) {
      int count = Math.min(to - first, minibatches.fillInOrder(first, images, labels));
      BatchResult result = executor.evaluate(compact, weights, statistics, images, labels, count);
      total = total.plus(new Evaluation(result.loss() * count, result.correct(), count));
    }
    return total;
  }
}
