package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import io.coppice.train.DivergedException;
import io.coppice.train.MaskPair;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import io.coppice.train.StructureLearner;
import java.util.List;

/**
 * Takes rounds one after the other: masks, weights out, results back, update. One phase of a run.
 */
final class RoundLoop {

  private final String phase;
  private final RunSetup setup;
  private final Cluster cluster;
  private final ModelState model;
  private final StructureLearner structure;
  private final RunListener listener;
  private final CostModel flops;
  private final StructureSpace space;
  private final double denseFlops;
  private double seconds;
  private long images;

  RoundLoop(
      String phase,
      RunSetup setup,
      Cluster cluster,
      ModelState model,
      StructureLearner structure,
      RunListener listener) {
    this.phase = phase;
    this.setup = setup;
    this.cluster = cluster;
    this.model = model;
    this.structure = structure;
    this.listener = listener;
    this.flops = NetworkCost.flops(setup.network());
    this.space = setup.space();
    this.denseFlops = flops.cost(Mask.full(setup.network().groupChannels()));
  }

  /** Rate of the weights' updates by round. */
  interface LearningRate {
    double at(long round);
  }

  /**
   * Takes all rounds of the phase.
   *
   * @param epochs passes over the shards
   * @param firstDataEpoch number of the first pass among all of the run, which decides order and
   *     augmentation
   */
  void run(int epochs, int firstDataEpoch, LearningRate learningRate) {
    listener.phaseStarted(phase, (long) epochs * setup.stepsPerEpoch());
    for (int epoch = 0; epoch < epochs; epoch++) {
      double epochSeconds = seconds;
      long epochImages = images;
      double loss = 0;
      double correct = 0;
      for (int step = 0; step < setup.stepsPerEpoch(); step++) {
        long round = (long) epoch * setup.stepsPerEpoch() + step;
        RoundReport report =
            takeRound(round, epoch, firstDataEpoch + epoch, step, learningRate.at(round));
        loss += report.loss() / setup.stepsPerEpoch();
        correct += report.accuracy() / setup.stepsPerEpoch();
        listener.roundEnded(report);
      }
      Mask mask = structure.mostProbable();
      listener.epochEnded(
          new EpochReport(
              phase,
              epoch,
              loss,
              correct,
              heldBackAccuracy(mask, firstDataEpoch + epoch),
              flops.cost(mask) / denseFlops,
              (images - epochImages) / (seconds - epochSeconds),
              seconds - epochSeconds));
    }
  }

  /** Wall time of the rounds so far. */
  double seconds() {
    return seconds;
  }

  /** Images seen so far. */
  long images() {
    return images;
  }

  /** What the shards would be told in a round of the given number, at the state as it is. */
  RoundWork work(long round, long dataEpoch, int step) {
    List<MaskPair> pairs = structure.pairs(round);
    Mask union = pairs.get(0).union();
    for (MaskPair pair : pairs) {
      union = union.union(pair.union());
    }
    return new RoundWork(round, dataEpoch, step, pairs, union, model.parametersOf(union));
  }

  private RoundReport takeRound(
      long round, int epoch, long dataEpoch, int step, double learningRate) {
    long start = System.nanoTime();
    RoundWork work = work(round, dataEpoch, step);
    double expectedFlops = flops.expected(space, structure.probabilities());
    List<ShardResult> results = cluster.runRound(work);
    results.forEach(result -> DivergedException.check(work, result));
    model.apply(work, results, learningRate);
    structure.learn(work, results);
    double roundSeconds = (System.nanoTime() - start) / 1e9;
    seconds += roundSeconds;
    return report(work, results, epoch, learningRate, expectedFlops, roundSeconds);
  }

  private RoundReport report(
      RoundWork work,
      List<ShardResult> results,
      int epoch,
      double learningRate,
      double expectedFlops,
      double roundSeconds) {
    int shards = results.size();
    double loss = 0;
    double probeLoss = 0;
    double trainedFlops = 0;
    int correct = 0;
    int seen = 0;
    long computeNanos = 0;
    long floatsBack = 0;
    for (ShardResult result : results) {
      loss += result.loss() / shards;
      probeLoss += result.probeLoss() / shards;
      trainedFlops += flops.cost(work.pair(result.shard()).trained()) / shards;
      correct += result.correct();
      seen += result.images();
      computeNanos = Math.max(computeNanos, result.computeNanos());
      floatsBack += result.gradient().length + result.statistics().length;
    }
    images += seen;
    return new RoundReport(
        phase,
        work.round(),
        epoch,
        loss,
        Double.isNaN(probeLoss) ? null : probeLoss,
        (double) correct / seen,
        learningRate,
        trainedFlops / denseFlops,
        expectedFlops / denseFlops,
        seen,
        roundSeconds,
        computeNanos / 1e9,
        (long) work.parameters().length * Float.BYTES,
        floatsBack * Float.BYTES);
  }

  private double heldBackAccuracy(Mask mask, long dataEpoch) {
    CandidateWork work =
        new CandidateWork(
            List.of(mask), mask, model.parametersOf(mask), dataEpoch, setup.statisticsBatches());
    return cluster.judge(work).get(0).evaluation().accuracy();
  }
}
