package io.coppice.benchmarks.dl4j;

import io.coppice.benchmarks.contest.Contestant;
import io.coppice.benchmarks.contest.ContestantServer;
import io.coppice.benchmarks.contest.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Deeplearning4j's parameter averaging on Spark: one worker a shard, averaged after every
 * minibatch, which is the synchronous step that Coppice takes.
 */
public final class Dl4jSparkContestant implements Contestant {

  private final Job job;
  private final JavaSparkContext spark;
  private final SparkComputationGraph graph;
  private final JavaRDD<DataSet> minibatches;

  private Dl4jSparkContestant(Job job) {
    this.job = job;
    this.spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[" + job.shards() + "]")
                .setAppName("dl4j-spark")
                .set("spark.ui.enabled", "false"));
    ComputationGraph start = Dl4jJob.of(job);
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(job.shards(), 1)
            .batchSizePerWorker(job.shardBatch())
            .averagingFrequency(1)
            .build();
    this.graph = new SparkComputationGraph(spark, start, master);
    List<DataSet> shards = new ArrayList<>();
    for (int shard = 0; shard < job.shards(); shard++) {
      shards.add(Dl4jJob.minibatch(job, shard));
    }
    this.minibatches = spark.parallelize(shards, job.shards()).cache();
  }

  /** The child process. */
  public static void main(String[] arguments) throws IOException {
    ContestantServer.serve(arguments, Dl4jSparkContestant::new);
    System.exit(0);
  }

  @Override
  public double loss() {
    return Dl4jJob.loss(job, graph.getNetwork());
  }

  @Override
  public StepFigures step() {
    graph.fit(minibatches);
    return StepFigures.dense(job.batch());
  }

  @Override
  public void close() {
    spark.close();
  }
}
