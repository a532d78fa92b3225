package io.coppice.train;

/** A loss is not finite: the training has diverged. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DivergedException(long round, int shard, String which, double loss) {
    super(
        "the training diverged: in round "
            + round
            + " shard "
            + shard
            + " found a loss of "
            + loss
            + " for the "
            + which
            + " mask; nothing was updated from it. Lower training.learningRate, or look at the data of that shard");
  }

  /** Throws if some loss of a round is not finite. */
  public static void check(RoundWork work, ShardResult result) {
    if (!Double.isFinite(result.loss())) {
      throw new DivergedException(work.round(), result.shard(), "trained", result.loss());
    }
    if (work.pair(result.shard()).probe() != null && !Double.isFinite(result.probeLoss())) {
      throw new DivergedException(work.round(), result.shard(), "probed", result.probeLoss());
    }
  }
}
