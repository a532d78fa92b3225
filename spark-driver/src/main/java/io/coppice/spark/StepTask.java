package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import java.util.List;
import org.apache.spark.TaskContext;

/** Takes a shard's steps of a round. */
record StepTask(List<Handout<ImageSet>> shards, StepHook hook)
    implements Task<RoundWork, ShardOutcome> {

  @Override
  public ShardOutcome run(TaskWorker worker, RoundWork work, int shard) {
    hook.beforeSteps(work.round(), shard, TaskContext.get().attemptNumber());
    return worker
        .step()
        .run(shard, work, worker.minibatches(shard, worker.value(shards.get(shard))));
  }
}
