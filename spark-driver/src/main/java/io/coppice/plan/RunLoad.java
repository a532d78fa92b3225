package io.coppice.plan;

/**
 * What the rounds of a run have to do.
 *
 * @param probed a round that probes, or any where none does
 * @param settled one of the last rounds of the training
 * @param probedShare share of the training's rounds that probe
 * @param rounds of the training
 * @param fineTuneRounds those after the choice of the mask
 */
public record RunLoad(
    RoundLoad probed, RoundLoad settled, double probedShare, long rounds, long fineTuneRounds) {

  /** The same with another number of shards, which share the images of a step. */
  public RunLoad withShards(int shards) {
    return new RunLoad(
        probed.withShards(shards), settled.withShards(shards), probedShare, rounds, fineTuneRounds);
  }

  /** The same images in rounds of another number of local steps. */
  public RunLoad withLocalSteps(int localSteps) {
    int before = settled.localSteps();
    return new RunLoad(
        probed.withLocalSteps(localSteps),
        settled.withLocalSteps(localSteps),
        probedShare,
        ceilDiv(rounds * before, localSteps),
        ceilDiv(fineTuneRounds * before, localSteps));
  }

  /**
   * The mean round of the training.
   *
   * @param model by which
   * @param addedOnExecutors where the shards' sums are added up
   */
  RoundTime meanRound(RoundModel model, ClusterDescription cluster, boolean addedOnExecutors) {
    return time(model, probed, cluster, addedOnExecutors)
        .mixedWith(time(model, settled, cluster, addedOnExecutors), probedShare);
  }

  /** All rounds of the training. */
  double trainSeconds(RoundModel model, ClusterDescription cluster, boolean addedOnExecutors) {
    return rounds * meanRound(model, cluster, addedOnExecutors).seconds();
  }

  /** All rounds after the choice of the mask. */
  double fineTuneSeconds(RoundModel model, ClusterDescription cluster, boolean addedOnExecutors) {
    return fineTuneRounds * time(model, settled, cluster, addedOnExecutors).seconds();
  }

  private static RoundTime time(
      RoundModel model, RoundLoad load, ClusterDescription cluster, boolean addedOnExecutors) {
    return model.time(load, cluster.executors(), cluster.cores(), cluster.link(), addedOnExecutors);
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
