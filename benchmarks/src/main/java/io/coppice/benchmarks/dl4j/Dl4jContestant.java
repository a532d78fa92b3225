package io.coppice.benchmarks.dl4j;

import io.coppice.benchmarks.contest.Contestant;
import io.coppice.benchmarks.contest.ContestantServer;
import io.coppice.benchmarks.contest.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** {@link ComputationGraph#fit} with all threads on the whole batch, plain SGD included. */
public final class Dl4jContestant implements Contestant {

  private final Job job;
  private final ComputationGraph graph;
  private final DataSet batch;

  private Dl4jContestant(Job job) {
    this.job = job;
    this.graph = Dl4jJob.of(job);
    List<DataSet> shards = new ArrayList<>();
    for (int shard = 0; shard < job.shards(); shard++) {
      shards.add(Dl4jJob.minibatch(job, shard));
    }
    this.batch = DataSet.merge(shards);
  }

  /** The child process. */
  public static void main(String[] arguments) throws IOException {
    ContestantServer.serve(arguments, Dl4jContestant::new);
    System.exit(0);
  }

  @Override
  public double loss() {
    return Dl4jJob.loss(job, graph);
  }

  @Override
  public StepFigures step() {
    graph.fit(batch);
    return StepFigures.dense(job.batch());
  }

  @Override
  public void close() {
    graph.clear();
  }
}
