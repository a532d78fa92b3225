package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.Evaluation;
import java.util.List;

/**
 * Estimates the statistics of a candidate mask from a shard's images, the first that it reads, and
 * evaluates it on the images held back, the others.
 */
record CandidateTask() implements Task<CandidateWork, CandidateResult> {

  @Override
  public CandidateResult run(
      TaskWorker worker, CandidateWork all, int candidate, List<ImageSet> read) {
    CompactNetwork compact = worker.networks().of(all.masks().get(candidate));
    Weights weights = all.weights(worker.networks());
    float[] statistics =
        worker
            .statisticsEstimator()
            .estimate(
                compact,
                weights,
                worker.minibatches(0, read.get(0)),
                all.epoch(),
                all.statisticsBatches());
    ImageSet images = read.get(1);
    Evaluation evaluation =
        worker
            .evaluator()
            .evaluate(compact, weights, statistics, worker.plain(images), 0, images.size());
    return new CandidateResult(evaluation, statistics);
  }
}
