package io.coppice.spark;

import io.coppice.reduction.SliceSums;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardResult;
import io.coppice.train.ShardSummation;
import io.coppice.train.StepSums;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a round came to.
 *
 * @param job what the shards tell, in their order, and what the round's job cost
 * @param sums of all shards; added up when they are asked for, where the executors have not done it
 */
record RoundOutcome(JobOutcome<ShardResult> job, Supplier<StepSums> sums) {

  /** Of a job that brought the sums of every shard to the driver. */
  static RoundOutcome onDriver(JobOutcome<ShardOutcome> job, ShardSummation summation) {
    List<StepSums> ofShards = job.results().stream().map(ShardOutcome::sums).toList();
    return new RoundOutcome(job.map(ShardOutcome::result), () -> summation.sum(ofShards));
  }

  /** Of a job that added up the sums of all shards itself. */
  static RoundOutcome onExecutors(
      JobOutcome<ShardResult> job, SliceSums sums, ShardSummation summation) {
    return new RoundOutcome(job, () -> summation.sums(sums.sum()));
  }
}
