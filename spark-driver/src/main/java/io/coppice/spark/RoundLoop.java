package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.report.RoundReport;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.Mask;
import io.coppice.train.DivergedException;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardSummation;
import java.io.IOException;
import java.util.List;

/**
 * Takes rounds one after the other: masks, weights out, results back, update. One phase of a run.
 */
final class RoundLoop {

  private final Pass pass;
  private final RunSetup setup;
  private final Cluster cluster;
  private final RunState state;
  private final RunListener listener;
  private final StateKeeper keeper;
  private final RoundReports reports;

  /**
   * What a loop does.
   *
   * @param phase of the run, which a checkpoint of it lies in
   * @param strategy decides on the masks
   * @param epochs passes over the shards in all
   * @param firstDataEpoch number of the first pass among all of the run, which decides order and
   *     augmentation
   * @param learningRate of the weights
   */
  record Pass(
      Phase phase,
      StructureStrategy strategy,
      int epochs,
      int firstDataEpoch,
      LearningRate learningRate) {}

  /** Rate of the weights' updates by round. */
  interface LearningRate {
    double at(long round);
  }

  RoundLoop(
      Pass pass,
      RunSetup setup,
      Cluster cluster,
      RunState state,
      RunListener listener,
      StateKeeper keeper) {
    this.pass = pass;
    this.setup = setup;
    this.cluster = cluster;
    this.state = state;
    this.listener = listener;
    this.keeper = keeper;
    this.reports =
        new RoundReports(pass.phase() == Phase.TRAIN ? RunPhase.TRAIN : RunPhase.FINE_TUNE, setup);
  }

  /** Takes the rounds of the phase that remain; returns where it ends. */
  Position run(Position start) throws IOException {
    int rounds = setup.roundsPerEpoch();
    long allRounds = (long) pass.epochs() * rounds;
    listener.phaseStarted(reports.phase(), start.round(), allRounds);
    Totals epochStart = state.totals();
    Position position = start;
    while (true) {
      if (position.endsEpoch(rounds)) {
        endEpoch(position, state.totals().since(epochStart));
        epochStart = state.totals();
        position = position.inNextEpoch();
      }
      keeper.reached(pass.phase(), position);
      if (position.round() == allRounds) {
        return position;
      }
      RoundReport report = takeRound(position);
      state.count(report);
      listener.roundEnded(report);
      position = position.after(report);
    }
  }

  private RoundReport takeRound(Position position) throws IOException {
    long start = System.nanoTime();
    int localSteps = setup.config().distribution().localSteps();
    int epoch = (int) (position.round() / setup.roundsPerEpoch());
    int firstStep = (int) (position.round() % setup.roundsPerEpoch()) * localSteps;
    double learningRate = pass.learningRate().at(position.round());
    RoundWork work =
        state.work(
            pass.strategy(),
            position.round(),
            pass.firstDataEpoch() + epoch,
            firstStep,
            Math.min(localSteps, setup.stepsPerEpoch() - firstStep),
            learningRate);
    state.model().requireFinite(state.totals().rounds(), work.parameters());
    long sampled = System.nanoTime();
    double expectedFlops = reports.expectedFlopsRatio(pass.strategy().probabilities());
    ShardSummation summation = state.summation(work);
    RoundOutcome outcome =
        keeper.keeping(pass.phase(), position, () -> cluster.runRound(name(work), work, summation));
    DivergedException.check(reports.phase().toString(), work, outcome.job().results());
    long reduced = System.nanoTime();
    state.learn(work, outcome, pass.strategy(), learningRate);
    return reports.round(
        epoch,
        work,
        outcome.job(),
        new RoundTimes(start, sampled, reduced, System.nanoTime()),
        expectedFlops);
  }

  private String epochName(long epoch) {
    return "epoch " + (epoch + 1) + " of " + pass.epochs();
  }

  /** Such as {@code epoch 3 of 14, round 128 of 658, train and probe}. */
  private String name(RoundWork work) {
    int rounds = setup.roundsPerEpoch();
    boolean probes = work.masks().all().stream().anyMatch(step -> !step.probes().isEmpty());
    return epochName(work.round() / rounds)
        + ", round "
        + (work.round() + 1)
        + " of "
        + (long) pass.epochs() * rounds
        + ", "
        + reports.phase()
        + (probes ? " and probe" : "");
  }

  private void endEpoch(Position position, Totals epoch) throws IOException {
    Mask mask = pass.strategy().presentMask();
    long dataEpoch = pass.firstDataEpoch() + position.round() / setup.roundsPerEpoch() - 1;
    long start = System.nanoTime();
    CandidateWork work = state.candidates(List.of(mask), dataEpoch);
    List<CandidateResult> judged =
        keeper.keeping(
            pass.phase(),
            position,
            () ->
                cluster.judge(
                    epochName(position.round() / setup.roundsPerEpoch() - 1)
                        + ", "
                        + reports.phase(),
                    work));
    double seconds = (System.nanoTime() - start) / 1e9;
    double accuracy = judged.get(0).evaluation().accuracy();
    listener.epochEnded(
        reports.epoch(position, pass.strategy(), mask, accuracy, epoch, state.totals(), seconds));
  }
}
