package io.coppice.spark;

import io.coppice.compact.NetworkExecutor;
import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.RoundWork;
import java.util.Arrays;
import java.util.List;

/**
 * Times the passes of every node in the steps of some work: for each the least nanoseconds of a few
 * tries, after one that makes the kernels.
 */
record NodeTimingTask() implements Task<RoundWork, long[]> {

  private static final int TRIES = 2;

  @Override
  public long[] run(TaskWorker worker, RoundWork work, int shard, List<ImageSet> images) {
    Minibatches minibatches = worker.minibatches(shard, images.get(0));
    NetworkExecutor executor = worker.executor();
    worker.step().run(shard, work, minibatches);
    long[] least = new long[worker.network().nodes().size()];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int i = 0; i < TRIES; i++) {
      long[] before = executor.nodeNanos();
      worker.step().run(shard, work, minibatches);
      long[] after = executor.nodeNanos();
      Arrays.setAll(least, node -> Math.min(least[node], after[node] - before[node]));
    }
    return least;
  }
}
