package io.coppice.train;

import io.coppice.train.ShardResult.Divergence;
import java.util.List;

/** A loss, a gradient or a weight is not finite: the training has diverged. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DivergedException(String phase, RoundWork work, int shard, Divergence divergence) {
    super(
        "the training diverged: in round "
            + work.round()
            + " ("
            + phase
            + ") shard "
            + shard
            + " found a number that is not finite in minibatch "
            + (work.firstStep() + divergence.step())
            + " of epoch "
            + work.epoch()
            + ", first at "
            + divergence.place()
            + " (loss "
            + divergence.loss()
            + "); nothing was updated from that round. Lower training.learningRate, set"
            + " training.onDivergence=halve-learning-rate, or look at the data of that shard");
  }

  /**
   * Weights that are not finite, although losses and gradients were.
   *
   * @param rounds taken until then
   * @param tensor that has them
   */
  DivergedException(long rounds, String tensor) {
    super(
        "the training diverged: the weights of "
            + tensor
            + " are not all finite after "
            + rounds
            + (rounds == 1 ? " round" : " rounds")
            + "; no state with them is kept. Lower training.learningRate, or set"
            + " training.onDivergence=halve-learning-rate");
  }

  /** Throws if some number of a round is not finite. */
  public static void check(String phase, RoundWork work, List<ShardResult> results) {
    for (ShardResult result : results) {
      Divergence divergence = result.divergence();
      if (divergence != null) {
        throw new DivergedException(phase, work, result.shard(), divergence);
      }
    }
  }
}
