package io.coppice.spark;

import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
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
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes rounds one after the other: masks, weights out, results back, update. One phase of a run.
 */
final class RoundLoop {

  private final Phase phase;
  private final RunSetup setup;
  private final Cluster cluster;
  private final ModelState model;
  private final StructureLearner structure;
  private final RunListener listener;
  private final CostModel flops;
  private final StructureSpace space;
  private final double denseFlops;
  private final Totals totals;

  /** What a run has seen in all its rounds. */
  static final class Totals {
    private long rounds;
    private long images;
    private double seconds;

    Totals(long rounds, long images, double seconds) {
      this.rounds = rounds;
      this.images = images;
      this.seconds = seconds;
    }

    long rounds() {
      return rounds;
    }

    long images() {
      return images;
    }

    /** Wall time of the rounds. */
    double seconds() {
      return seconds;
    }
  }

  /**
   * Where a phase stands.
   *
   * @param round number of the next round within the phase
   * @param lossSum sum of the losses of the epoch's rounds so far
   * @param accuracySum sum of their training accuracies
   */
  record Position(long round, double lossSum, double accuracySum) {
    static final Position START = new Position(0, 0, 0);

    static Position of(TrainingState state) {
      return new Position(state.round(), state.lossSum(), state.accuracySum());
    }
  }

  /** Is told after every round, and before a failure leaves the loop, where the phase stands. */
  interface Watcher {

    /** May end the run. */
    void roundEnded(Position position) throws IOException;

    /** The round at hand could not be taken; the state is the one before it. */
    void roundFailed(Position position) throws IOException;
  }

  RoundLoop(
      Phase phase,
      RunSetup setup,
      Cluster cluster,
      ModelState model,
      StructureLearner structure,
      RunListener listener,
      Totals totals) {
    this.phase = phase;
    this.setup = setup;
    this.cluster = cluster;
    this.model = model;
    this.structure = structure;
    this.listener = listener;
    this.totals = totals;
    this.flops = NetworkCost.flops(setup.network());
    this.space = setup.space();
    this.denseFlops = flops.cost(Mask.full(setup.network().groupChannels()));
  }

  /** Rate of the weights' updates by round. */
  interface LearningRate {
    double at(long round);
  }

  /** How a phase is called in messages and metrics. */
  static String name(Phase phase) {
    return phase == Phase.TRAIN ? "train" : "fine-tune";
  }

  /**
   * Takes the rounds of the phase that remain.
   *
   * @param epochs passes over the shards in all
   * @param firstDataEpoch number of the first pass among all of the run, which decides order and
   *     augmentation
   * @param start where to begin
   */
  void run(
      int epochs, int firstDataEpoch, LearningRate learningRate, Position start, Watcher watcher)
      throws IOException {
    int rounds = setup.roundsPerEpoch();
    listener.phaseStarted(name(phase), start.round(), (long) epochs * rounds);
    double epochSeconds = totals.seconds;
    long epochImages = totals.images;
    Position position = start;
    while (position.round() < (long) epochs * rounds) {
      int epoch = (int) (position.round() / rounds);
      int dataEpoch = firstDataEpoch + epoch;
      RoundReport report =
          takeRound(position, epoch, dataEpoch, learningRate.at(position.round()), watcher);
      listener.roundEnded(report);
      position =
          new Position(
              position.round() + 1,
              position.lossSum() + report.loss(),
              position.accuracySum() + report.accuracy());
      if (position.round() % rounds == 0) {
        listener.epochEnded(
            report(
                epoch,
                position,
                dataEpoch,
                totals.images - epochImages,
                totals.seconds - epochSeconds));
        epochSeconds = totals.seconds;
        epochImages = totals.images;
        position = new Position(position.round(), 0, 0);
      }
      watcher.roundEnded(position);
    }
  }

  /**
   * What the shards would be told in a round, at the state as it is.
   *
   * @param firstStep number of the first minibatch within the epoch
   * @param steps local steps
   */
  RoundWork work(long round, long dataEpoch, int firstStep, int steps, double learningRate) {
    List<MaskPair> pairs = structure.pairs(round, steps);
    return new RoundWork(
        round,
        dataEpoch,
        firstStep,
        steps,
        learningRate,
        pairs,
        model.parametersOf(MaskPair.masks(pairs)));
  }

  private RoundReport takeRound(
      Position position, int epoch, long dataEpoch, double learningRate, Watcher watcher)
      throws IOException {
    long start = System.nanoTime();
    int firstStep =
        (int) (position.round() % setup.roundsPerEpoch())
            * setup.config().distribution().localSteps();
    int steps =
        Math.min(setup.config().distribution().localSteps(), setup.stepsPerEpoch() - firstStep);
    RoundWork work = work(position.round(), dataEpoch, firstStep, steps, learningRate);
    long sampled = System.nanoTime();
    double expectedFlops = flops.expected(space, structure.probabilities());
    JobOutcome<ShardResult> outcome;
    try {
      outcome = cluster.runRound(name(phase), work);
    } catch (StoppedException | ClusterLostException e) {
      watcher.roundFailed(position);
      throw e;
    }
    DivergedException.check(name(phase), work, outcome.results());
    long reduced = System.nanoTime();
    model.apply(work, outcome.results(), learningRate);
    structure.learn(work, outcome.results());
    long end = System.nanoTime();
    totals.rounds++;
    totals.seconds += (end - start) / 1e9;
    return report(
        work,
        outcome,
        epoch,
        learningRate,
        expectedFlops,
        (sampled - start) / 1e9,
        (end - reduced) / 1e9,
        (end - start) / 1e9);
  }

  private RoundReport report(
      RoundWork work,
      JobOutcome<ShardResult> outcome,
      int epoch,
      double learningRate,
      double expectedFlops,
      double samplingSeconds,
      double updateSeconds,
      double roundSeconds) {
    List<ShardResult> results = outcome.results();
    int shards = results.size();
    double loss = 0;
    double probeLoss = 0;
    int correct = 0;
    int seen = 0;
    for (ShardResult result : results) {
      loss += result.loss() / shards;
      probeLoss += result.probeLoss() / shards;
      correct += result.correct();
      seen += result.images();
    }
    totals.images += seen;
    double trainedFlops =
        work.pairs().stream()
            .mapToDouble(pair -> flops.cost(pair.trained()))
            .average()
            .orElseThrow();
    Map<String, Long> nanosOfWorker = new HashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      nanosOfWorker.merge(
          outcome.workers().get(shard), results.get(shard).computeNanos(), Long::sum);
    }
    double busiest = nanosOfWorker.values().stream().mapToLong(nanos -> nanos).max().orElseThrow();
    double mean = nanosOfWorker.values().stream().mapToLong(nanos -> nanos).average().orElseThrow();
    return new RoundReport(
        name(phase),
        work.round(),
        epoch,
        work.steps(),
        loss,
        Double.isNaN(probeLoss) ? null : probeLoss,
        (double) correct / seen,
        learningRate,
        trainedFlops / denseFlops,
        expectedFlops / denseFlops,
        seen,
        roundSeconds,
        samplingSeconds,
        outcome.sendNanos() / 1e9,
        busiest / 1e9,
        (busiest - mean) / 1e9,
        roundSeconds - samplingSeconds - outcome.sendNanos() / 1e9 - busiest / 1e9 - updateSeconds,
        updateSeconds,
        outcome.bytesOut(),
        outcome.bytesBack(),
        results.stream().mapToLong(result -> result.gradient().length).sum()
            * Float.BYTES
            / shards);
  }

  private EpochReport report(
      int epoch, Position position, long dataEpoch, long images, double seconds) {
    Mask mask = structure.mostProbable();
    return new EpochReport(
        name(phase),
        epoch,
        position.lossSum() / setup.roundsPerEpoch(),
        position.accuracySum() / setup.roundsPerEpoch(),
        heldBackAccuracy(mask, dataEpoch),
        flops.cost(mask) / denseFlops,
        images / seconds,
        seconds);
  }

  private double heldBackAccuracy(Mask mask, long dataEpoch) {
    CandidateWork work =
        new CandidateWork(
            List.of(mask), model.parametersOf(mask), dataEpoch, setup.statisticsBatches());
    return cluster.judge(work).get(0).evaluation().accuracy();
  }
}
