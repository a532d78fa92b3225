package io.coppice.spark;

import io.coppice.compact.CompactNetwork;
import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.Evaluation;

/** Evaluates the only mask of its work on a slice of the test images. */
record EvaluationTask(float[] statistics, Handout<ImageSet> test, int slices)
    implements Task<CandidateWork, Evaluation> {

  @Override
  public Evaluation run(TaskWorker worker, CandidateWork only, int slice) {
    CompactNetwork compact = worker.networks().of(only.masks().get(0));
    ImageSet images = worker.value(test);
    int from = (int) ((long) images.size() * slice / slices);
    int to = (int) ((long) images.size() * (slice + 1) / slices);
    return worker
        .evaluator()
        .evaluate(
            compact, only.weights(worker.networks()), statistics, worker.plain(images), from, to);
  }
}
