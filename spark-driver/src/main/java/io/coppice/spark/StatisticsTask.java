package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.StatisticsSums;
import java.util.List;

/**
 * Adds up the statistics of masks over a shard's part of the minibatches that they are estimated
 * from: of all of these, dealt out to the shards in turn.
 *
 * @param shards number of shards
 */
record StatisticsTask(int shards) implements Task<CandidateWork, StatisticsSums> {

  @Override
  public StatisticsSums run(
      TaskWorker worker, CandidateWork work, int shard, List<ImageSet> images) {
    return worker
        .statisticsEstimator()
        .sums(
            worker.compacts(work.masks()),
            work.weights(worker.networks()),
            worker.minibatches(shard, images.get(0)),
            work.epoch(),
            minibatches(work.statisticsBatches(), shard));
  }

  /** How many of the minibatches are a shard's: number {@code shard}, and every P-th from there. */
  private int minibatches(int all, int shard) {
    return (all - shard + shards - 1) / shards;
  }
}
