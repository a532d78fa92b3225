package io.coppice.spark;

import io.coppice.data.ImageSet;
import io.coppice.spark.TaskRdd.Task;
import io.coppice.train.Evaluation;
import java.util.List;

/** Evaluates masks on a slice of images; gives how each did. */
record EvaluationTask() implements Task<EvaluationWork, List<Evaluation>> {

  @Override
  public List<Evaluation> run(
      TaskWorker worker, EvaluationWork work, int slice, List<ImageSet> images) {
    return worker
        .evaluator()
        .evaluate(
            worker.compacts(work.masks()),
            work.weights(worker.networks()),
            work.statistics(),
            worker.plain(images.get(0)));
  }
}
