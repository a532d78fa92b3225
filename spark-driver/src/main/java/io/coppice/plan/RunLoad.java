package io.coppice.plan;

import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a run have to do: a mixture of three kinds of rounds.
 *
 * @param first one of the first rounds
 * @param firstShare share of the training's rounds that are like it: of a budget that falls, what
 *     its rounds come to
 * @param probed a round that probes, or any where none does
 * @param probedShare share of the other rounds that probe
 * @param settled one of the last rounds of the training
 * @param rounds of the training
 * @param fineTuneRounds those after the choice of the mask
 */
public record RunLoad(
    RoundLoad first,
    double firstShare,
    RoundLoad probed,
    double probedShare,
    RoundLoad settled,
    long rounds,
    long fineTuneRounds) {

  /** The same with another number of shards, which share the images of a step. */
  public RunLoad withShards(int shards) {
    return new RunLoad(
        first.withShards(shards),
        firstShare,
        probed.withShards(shards),
        probedShare,
        settled.withShards(shards),
        rounds,
        fineTuneRounds);
  }

  /** The same images in rounds of another number of local steps. */
  public RunLoad withLocalSteps(int localSteps) {
    int before = settled.localSteps();
    return new RunLoad(
        first.withLocalSteps(localSteps),
        firstShare,
        probed.withLocalSteps(localSteps),
        probedShare,
        settled.withLocalSteps(localSteps),
        ceilDiv(rounds * before, localSteps),
        ceilDiv(fineTuneRounds * before, localSteps));
  }

  /** The mean of something over the rounds of the training. */
  double mean(ToDoubleFunction<RoundLoad> value) {
    double others =
        probedShare * value.applyAsDouble(probed)
            + (1 - probedShare) * value.applyAsDouble(settled);
    return firstShare * value.applyAsDouble(first) + (1 - firstShare) * others;
  }

  /** The round for which most weights are sent. */
  RoundLoad largest() {
    return firstShare > 0 && first.bytesOut() > probed.bytesOut() ? first : probed;
  }

  /**
   * The mean round of the training.
   *
   * @param model by which
   * @param addedOnExecutors where the shards' sums are added up
   */
  RoundTime meanRound(RoundModel model, ClusterDescription cluster, boolean addedOnExecutors) {
    RoundTime others =
        time(model, probed, cluster, addedOnExecutors)
            .mixedWith(time(model, settled, cluster, addedOnExecutors), probedShare);
    return time(model, first, cluster, addedOnExecutors).mixedWith(others, firstShare);
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
