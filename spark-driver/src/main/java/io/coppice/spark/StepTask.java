package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import java.util.List;
import org.apache.spark.TaskContext;

/** Takes a shard's steps of a round. */
record StepTask(StepHook hook) implements Task<RoundWork, ShardOutcome> {

  @Override
  public ShardOutcome run(TaskWorker worker, RoundWork work, int shard, List<ImageSet> images) {
    TaskContext context = TaskContext.get();
    hook.beforeSteps(work.round(), shard, context.stageAttemptNumber() + context.attemptNumber());
    return worker.step().run(shard, work, worker.minibatches(shard, images.get(0)));
  }
}
