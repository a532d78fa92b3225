package io.coppice.spark;

import io.coppice.compact.NetworkExecutor;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.RoundWork;
import java.util.Arrays;
import java.util.List;

/**
 * Times the passes of every node in the steps of some work, in nanoseconds, after other such steps
 * have made the kernels.
 */
record NodeTimingTask() implements Task<RoundWork, long[]> {

  @Override
  public long[] run(TaskWorker worker, RoundWork work, int shard, List<ImageSet> images) {
    Minibatches minibatches = worker.minibatches(shard, images.get(0));
    NetworkExecutor executor = worker.executor();
    worker.step().run(shard, work, minibatches);
    long[] before = executor.nodeNanos();
    worker.step().run(shard, work, minibatches);
    long[] nanos = executor.nodeNanos();
    Arrays.setAll(nanos, node -> nanos[node] - before[node]);
    return nanos;
  }
}
