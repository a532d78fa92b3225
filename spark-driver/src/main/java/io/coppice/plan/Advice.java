package io.coppice.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What would make a run shorter, in words. */
final class Advice {

  /** Of whose rounds executors compute less than this, more local steps are worth a word. */
  private static final double BUSY = 0.8;

  private static final int MOST_LOCAL_STEPS = 1024;

  /** To which share of the time another setting must bring a run to be worth a word. */
  private static final double WORTH_A_WORD = 0.95;

  /** Batch norms need as many. */
  private static final int LEAST_IMAGES_OF_SHARD = 2;

  private static final long SMALLEST_BLOCK = 1L << 20;
  private static final int MIB_BITS = 20;
  private static final double PERCENT = 100;

  private final RunLoad load;
  private final ClusterDescription cluster;
  private final RoundModel model;
  private final boolean addedOnExecutors;
  private final double present;

  /**
   * @param addedOnExecutors where the shards' sums are added up
   */
  Advice(RunLoad load, ClusterDescription cluster, RoundModel model, boolean addedOnExecutors) {
    this.load = load;
    this.cluster = cluster;
    this.model = model;
    this.addedOnExecutors = addedOnExecutors;
    this.present = seconds(load);
  }

  /**
   * All there is.
   *
   * @param batch images of a step, of which every shard takes as many
   */
  List<String> all(int batch) {
    return Stream.of(reduction(), shards(batch), localSteps(), blocks())
        .flatMap(Optional::stream)
        .toList();
  }

  private double seconds(RunLoad other) {
    return other.trainSeconds(model, cluster, addedOnExecutors);
  }

  private Optional<String> reduction() {
    double otherwise = load.trainSeconds(model, cluster, !addedOnExecutors);
    return shorter(
        otherwise,
        "distribution.reduce=" + (addedOnExecutors ? "driver" : "executors"),
        "the same result");
  }

  private Optional<String> shards(int batch) {
    int shards = Math.max(1, Math.min(cluster.allCores(), batch / LEAST_IMAGES_OF_SHARD));
    while (batch % shards != 0) {
      shards--;
    }
    return shorter(
        seconds(load.withShards(shards)),
        "distribution.shards=" + shards + ", one for each of as many cores",
        "the result is another one");
  }

  private Optional<String> blocks() {
    RoundModel best = model;
    double least = present;
    for (long block = model.blockBytes() / 2; block >= SMALLEST_BLOCK; block /= 2) {
      RoundModel smaller = new RoundModel(model.speeds(), block);
      double seconds = load.trainSeconds(smaller, cluster, addedOnExecutors);
      if (seconds < WORTH_A_WORD * least) {
        best = smaller;
        least = seconds;
      }
    }
    return shorter(
        least,
        "--conf spark.broadcast.blockSize="
            + (best.blockBytes() >> MIB_BITS)
            + "m, so that executors soon pass weights on to each other",
        "the same result");
  }

  private Optional<String> shorter(double seconds, String setting, String result) {
    return seconds < WORTH_A_WORD * present
        ? Optional.of(
            setting
                + ": "
                + Durations.text(seconds)
                + " instead of "
                + Durations.text(present)
                + ", "
                + result)
        : Optional.empty();
  }

  private Optional<String> localSteps() {
    double share = load.meanRound(model, cluster, addedOnExecutors).computeShare();
    if (share >= BUSY) {
      return Optional.empty();
    }
    RunLoad longer = load;
    double longerShare = share;
    while (longerShare < BUSY && longer.settled().localSteps() < MOST_LOCAL_STEPS) {
      longer = longer.withLocalSteps(2 * longer.settled().localSteps());
      longerShare = longer.meanRound(model, cluster, addedOnExecutors).computeShare();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "distribution.localSteps=%d, so that executors compute in %.0f %% of a round instead of"
                + " %.0f %%: %s instead of %s; the result is another one, and the same number of"
                + " images may teach less",
            longer.settled().localSteps(),
            PERCENT * longerShare,
            PERCENT * share,
            Durations.text(seconds(longer)),
            Durations.text(present)));
  }
}
