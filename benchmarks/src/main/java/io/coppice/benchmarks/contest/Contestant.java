package io.coppice.benchmarks.contest;

import java.util.Map;

/** An engine that takes training steps of a {@link Job}. */
public interface Contestant extends AutoCloseable {

  /**
   * Mean loss of the job's first minibatch with the initial weights, each shard normalised by its
   * own statistics.
   */
  double loss();

  /**
   * Takes one step on the whole batch: gradients and update.
   *
   * @return what is to be known of the step beside its duration
   */
  StepFigures step();

  /** What its steps spent since the last call, by activity; mostly milliseconds. */
  default Map<String, Double> totals() {
    return Map.of();
  }

  /** What its cache of kernels did, where it has one. */
  default Map<String, Double> kernelCache() {
    return Map.of();
  }

  @Override
  void close();

  /**
   * What a step computed.
   *
   * @param images images it trained on
   * @param flopsRatio FLOPs of its masks as a share of the dense network's, three parts trained and
   *     one part probed; 1 for a dense step
   * @param storedFlopsRatio the same with channel counts as they lie in memory
   * @param remaining share of the channels that its trained mask keeps
   */
  record StepFigures(int images, double flopsRatio, double storedFlopsRatio, double remaining) {

    /** A dense step. */
    public static StepFigures dense(int images) {
      return new StepFigures(images, 1, 1, 1);
    }
  }
}
