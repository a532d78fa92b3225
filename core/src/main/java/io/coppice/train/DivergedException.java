package io.coppice.train;

import io.coppice.train.ShardResult.Divergence;
import java.util.List;

/** A loss or a gradient is not finite: the training has diverged. */
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
