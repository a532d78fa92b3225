package io.coppice.benchmarks.kernels;

import io.coppice.benchmarks.contest.Job;
import io.coppice.benchmarks.contest.JobMasks;
import io.coppice.compact.CompactNetwork;
import io.coppice.network.Network;
import io.coppice.onednn.Precision;
import io.coppice.structure.RoundMasks;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.SgdOptions;
import io.coppice.train.ShardSummation;
import io.coppice.train.StepSums;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The driver's work on the weights in a round of VGG-16 whose masks change. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WeightsBenchmark {

  /** Share of the FLOPs that masks keep. */
  @Param({"1.0", "0.24", "0.02"})
  private double budget;

  private Network network;
  private JobMasks draws;
  private ModelState model;
  private long round;

  /** Makes the model. */
  @Setup(Level.Trial)
  public void setUp() {
    Job job =
        new Job("vgg16", 1, 32, 128, 2, "paired-resampled", budget, "flops", 1, Precision.FLOAT32);
    network = job.toNetwork();
    draws = new JobMasks(job, network);
    model = new ModelState(network, SgdOptions.plain(Job.MOMENTUM, Job.WEIGHT_DECAY), 1);
  }

  /** Slices the weights for a pair of masks, and takes a step of SGD on two shards' gradients. */
  @Benchmark
  public float[] sliceAndUpdate() {
    RoundMasks masks = RoundMasks.of(draws.pair(round++));
    float[] weights = model.parametersOf(masks.distinct());
    RoundWork work = new RoundWork(round, 0, 0, Job.LEARNING_RATE, masks, weights);
    CompactNetwork trained = model.networks().of(masks.trained());
    ShardSummation summation = new ShardSummation(model.networks(), masks);
    StepSums sums = summation.sum(List.of(zeros(trained), zeros(trained)));
    model.apply(work, 2, sums, Job.LEARNING_RATE);
    return weights;
  }

  private static StepSums zeros(CompactNetwork trained) {
    return new StepSums(
        new float[trained.parameters().size()], new float[trained.statistics().size()]);
  }
}
