package io.coppice.spark;

import io.coppice.compact.NetworkCost;
import io.coppice.network.ChannelGroup;
import io.coppice.report.EpochReport;
import io.coppice.report.EvidenceReport;
import io.coppice.report.EvidenceReport.OfGroup;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import io.coppice.report.StructureReport;
import io.coppice.strategy.GroupEvidence;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.CostModel;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StructureSpace;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Works out what is told of the rounds and epochs of a phase. */
final class RoundReports {

  private final RunSetup setup;
  private final RunPhase phase;
  private final int roundsPerEpoch;
  private final CostModel flops;
  private final CostModel parameters;
  private final StructureSpace space;
  private final double denseFlops;

  RoundReports(RunPhase phase, RunSetup setup) {
    this.setup = setup;
    this.phase = phase;
    this.roundsPerEpoch = setup.roundsPerEpoch();
    this.flops = NetworkCost.flops(setup.network());
    this.parameters = NetworkCost.parameters(setup.network());
    this.space = setup.space();
    this.denseFlops = flops.cost(Mask.full(setup.network().groupChannels()));
  }

  RunPhase phase() {
    return phase;
  }

  /** Expected FLOPs of a mask drawn from some probabilities, as a share of the dense network's. */
  double expectedFlopsRatio(double[] probabilities) {
    return flops.expected(space, probabilities) / denseFlops;
  }

  RoundReport round(
      int epoch,
      RoundWork work,
      JobOutcome<ShardResult> outcome,
      RoundTimes times,
      double expectedFlopsRatio) {
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
    double trainedFlops =
        work.masks().all().stream()
            .mapToDouble(masks -> flops.cost(masks.trained()))
            .average()
            .orElseThrow();
    Map<String, WorkerTime> timeOfWorker = new HashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      ShardResult result = results.get(shard);
      timeOfWorker.merge(
          outcome.workers().get(shard),
          new WorkerTime(result.computeNanos(), result.decodeNanos()),
          WorkerTime::plus);
    }
    WorkerTime busiest =
        timeOfWorker.values().stream()
            .max(Comparator.comparingLong(WorkerTime::computeNanos))
            .orElseThrow();
    double mean =
        timeOfWorker.values().stream().mapToLong(WorkerTime::computeNanos).average().orElseThrow();
    double computeSeconds = busiest.computeNanos() / 1e9;
    double sendSeconds = outcome.sendNanos() / 1e9;
    return new RoundReport(
        phase,
        work.round(),
        epoch,
        work.steps(),
        loss,
        Double.isNaN(probeLoss) ? null : probeLoss,
        (double) correct / seen,
        work.learningRate(),
        trainedFlops / denseFlops,
        expectedFlopsRatio,
        seen,
        times.seconds(),
        times.samplingSeconds(),
        sendSeconds,
        computeSeconds,
        (busiest.computeNanos() - mean) / 1e9,
        busiest.decodeNanos() / 1e9,
        times.seconds()
            - times.samplingSeconds()
            - sendSeconds
            - computeSeconds
            - times.updateSeconds(),
        times.updateSeconds(),
        times.seconds() - outcome.jobNanos() / 1e9,
        outcome.bytesOut(),
        outcome.bytesBack(),
        compactBytes(work.masks(), shards));
  }

  /** How long a worker computed in a round, and the part of it in which it decoded images. */
  private record WorkerTime(long computeNanos, long decodeNanos) {

    WorkerTime plus(WorkerTime other) {
      return new WorkerTime(computeNanos + other.computeNanos, decodeNanos + other.decodeNanos);
    }
  }

  /** Mean over the shards; where all have the same masks, of any of them. */
  private long compactBytes(RoundMasks masks, int shards) {
    double values =
        IntStream.range(0, masks.shared() ? 1 : shards)
            .mapToDouble(shard -> parameters.cost(masks.trained(shard)))
            .average()
            .orElseThrow();
    return Math.round(values * Float.BYTES);
  }

  /**
   * An epoch.
   *
   * @param position after its last round
   * @param strategy of its rounds
   * @param mask the most probable one
   * @param heldBackAccuracy that mask's
   * @param epoch its rounds, images and time
   * @param run those of the whole run until then; its speed stands where the epoch's rounds were
   *     taken by another process
   * @param judgingSeconds wall time of measuring the mask
   */
  EpochReport epoch(
      Position position,
      StructureStrategy strategy,
      Mask mask,
      double heldBackAccuracy,
      Totals epoch,
      Totals run,
      double judgingSeconds) {
    Totals timed = epoch.rounds() > 0 ? epoch : run;
    return new EpochReport(
        phase,
        (int) (position.round() / roundsPerEpoch) - 1,
        position.lossSum() / roundsPerEpoch,
        position.accuracySum() / roundsPerEpoch,
        heldBackAccuracy,
        flops.cost(mask) / denseFlops,
        timed.images() / timed.seconds(),
        epoch.seconds(),
        judgingSeconds,
        setup.budget(mask),
        strategy.evidence().map(this::report).orElse(null),
        structure(strategy, mask));
  }

  private static StructureReport structure(StructureStrategy strategy, Mask mask) {
    return new StructureReport(
        IntStream.range(0, mask.groups()).mapToObj(mask::activeCount).toList(),
        strategy.learnsProbabilities()
            ? StructureReport.histogram(strategy.probabilities())
            : null);
  }

  private @Nullable EvidenceReport report(GroupEvidence evidence) {
    List<OfGroup> known = new ArrayList<>();
    double variances = 0;
    for (ChannelGroup group : setup.network().groups()) {
      double variance = evidence.variance()[group.id()];
      if (Double.isFinite(variance)) {
        known.add(new OfGroup(group.name(), evidence.effect()[group.id()], Math.sqrt(variance)));
        variances += variance;
      }
    }
    return known.isEmpty() || !(evidence.pairVariance() > 0)
        ? null
        : new EvidenceReport(known, variances / known.size() / evidence.pairVariance());
  }
}
