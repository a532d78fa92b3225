package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.Evaluation;

/**
 * Estimates the statistics of a candidate mask from a shard's images and evaluates it on the images
 * held back.
 */
record CandidateTask(Handout<ImageSet> shard, Handout<ImageSet> heldBack)
    implements Task<CandidateWork, CandidateResult> {

  @Override
  public CandidateResult run(TaskWorker worker, CandidateWork all, int candidate) {
    CompactNetwork compact = worker.networks().of(all.masks().get(candidate));
    Weights weights = all.weights(worker.networks());
    float[] statistics =
        worker
            .statisticsEstimator()
            .estimate(
                compact,
                weights,
                worker.minibatches(0, worker.value(shard)),
                all.epoch(),
                all.statisticsBatches());
    ImageSet images = worker.value(heldBack);
    Evaluation evaluation =
        worker
            .evaluator()
            .evaluate(compact, weights, statistics, worker.plain(images), 0, images.size());
    return new CandidateResult(evaluation, statistics);
  }
}
