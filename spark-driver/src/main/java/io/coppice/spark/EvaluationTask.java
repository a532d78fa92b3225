package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.Evaluation;
import java.util.List;

/** Evaluates the only mask of its work on a slice of the test images. */
record EvaluationTask(float[] statistics) implements Task<CandidateWork, Evaluation> {

  @Override
  public Evaluation run(TaskWorker worker, CandidateWork only, int slice, List<ImageSet> read) {
    CompactNetwork compact = worker.networks().of(only.masks().get(0));
    ImageSet images = read.get(0);
    return worker
        .evaluator()
        .evaluate(
            compact,
            only.weights(worker.networks()),
            statistics,
            worker.plain(images),
            0,
            images.size());
  }
}
