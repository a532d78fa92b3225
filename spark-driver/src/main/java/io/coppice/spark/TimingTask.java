package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.data.Minibatches;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.RoundWork;
import java.util.Arrays;
import java.util.List;

/**
 * Times the step of some work and a dense step, in turn.
 *
 * @param steps of each kind that are timed
 */
record TimingTask(Handout<float[]> denseParameters, int steps)
    implements Task<RoundWork, StepTiming> {

  /** A property of Spark, for runs whose times nobody asks for. */
  static final String STEPS = "spark.coppice.timedSteps";

  static final int DEFAULT_STEPS = 7;

  @Override
  public StepTiming run(TaskWorker worker, RoundWork sparse, int shard, List<ImageSet> images) {
    Minibatches minibatches = worker.minibatches(shard, images.get(0));
    RoundWork dense = dense(worker, sparse);
    long[] sparseNanos = new long[steps];
    long[] denseNanos = new long[steps];
    worker.step().run(shard, sparse, minibatches);
    worker.step().run(shard, dense, minibatches);
    for (int i = 0; i < steps; i++) {
      sparseNanos[i] = worker.step().run(shard, sparse, minibatches).result().computeNanos();
      denseNanos[i] = worker.step().run(shard, dense, minibatches).result().computeNanos();
    }
    return new StepTiming(median(sparseNanos), median(denseNanos));
  }

  private RoundWork dense(TaskWorker worker, RoundWork like) {
    Mask full = Mask.full(worker.network().groupChannels());
    return new RoundWork(
        like.round(),
        like.epoch(),
        like.firstStep(),
        like.learningRate(),
        RoundMasks.of(new StepMasks(full)),
        worker.value(denseParameters));
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }
}
