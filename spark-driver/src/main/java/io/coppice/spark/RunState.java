package io.coppice.spark;

import io.coppice.artifact.ModelValues;
import io.coppice.artifact.TrainingState;
import io.coppice.artifact.TrainingState.Phase;
import io.coppice.exchange.StartValues;
import io.coppice.report.RoundReport;
import io.coppice.storage.Checkpoint;
import io.coppice.strategy.StructureStrategy;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.train.ModelState;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardResult;
import io.coppice.train.ShardSummation;
import io.coppice.train.StepSums;
import io.coppice.train.TakenRound;
import io.coppice.train.TrainingStart;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All that rounds change: weights, structure, the chosen mask, and what was seen so far. */
final class RunState {

  private final RunSetup setup;
  private final int halvings;
  private final StructureStrategy structure;
  private ModelState model;
  private @Nullable Mask chosen;
  private Totals totals;

  private RunState(
      RunSetup setup,
      int halvings,
      StructureStrategy structure,
      ModelState model,
      @Nullable Mask chosen,
      Totals totals) {
    this.setup = setup;
    this.halvings = halvings;
    this.structure = structure;
    this.model = model;
    this.chosen = chosen;
    this.totals = totals;
  }

  /**
   * The state before the first round.
   *
   * @param halvings of the learning rate
   */
  static RunState start(RunSetup setup, int halvings) {
    TrainingStart from = setup.startOrDrawn();
    StructureStrategy structure = setup.strategy(() -> from);
    StartValues start = setup.begin(from, structure).values();
    return new RunState(
        setup,
        halvings,
        structure,
        model(setup, ModelValues.starting(start.parameters(), start.statistics())),
        null,
        Totals.NONE);
  }

  /** The state that a checkpoint holds. */
  static RunState of(RunSetup setup, Checkpoint checkpoint, int halvings) {
    TrainingState state = checkpoint.state();
    RunState restored =
        new RunState(
            setup,
            halvings,
            setup.strategy(),
            model(setup, state.model()),
            state.chosen(),
            new Totals(checkpoint.number(), checkpoint.images(), checkpoint.seconds()));
    restored.structure.restore(state.structure());
    return restored;
  }

  private static ModelState model(RunSetup setup, ModelValues values) {
    return new ModelState(setup.network(), values, setup.sgd());
  }

  ModelState model() {
    return model;
  }

  StructureStrategy structure() {
    return structure;
  }

  Totals totals() {
    return totals;
  }

  /** Factor on all learning rates. */
  double rateFactor() {
    return Math.pow(0.5, halvings);
  }

  /** The final mask. */
  Mask chosen() {
    return Objects.requireNonNull(chosen, "no mask is chosen yet");
  }

  /**
   * Makes a mask the final one; its training begins from rest.
   *
   * @param statistics of its batch norms
   */
  void choose(Mask mask, float[] statistics) {
    settle(mask, statistics);
    chosen = mask;
  }

  /**
   * Takes what the training came to for the weights, and brings the optimiser to rest.
   *
   * @param statistics of the batch norms of a mask, with those weights
   */
  void settle(Mask mask, float[] statistics) {
    model.setStatistics(mask, statistics);
    ModelValues values = model.values();
    model = model(setup, ModelValues.starting(values.result(), values.statistics()));
  }

  /** How what the shards give in a round is added up. */
  ShardSummation summation(RoundWork work) {
    return new ShardSummation(model.networks(), work.masks());
  }

  /** Takes in what the shards gave back. */
  void learn(
      RoundWork work, RoundOutcome outcome, StructureStrategy strategy, double learningRate) {
    List<ShardResult> results = outcome.job().results();
    StepSums sums = outcome.sums().get();
    model.apply(work, results.size(), sums, learningRate);
    strategy.learn(new TakenRound(work, results, sums, model.networks()));
  }

  /** Counts a round. */
  void count(RoundReport round) {
    totals = totals.plus(round);
  }

  /**
   * What the shards would be told in a round, at the state as it is.
   *
   * @param strategy whose masks they train
   * @param epoch pass over the shards' images
   * @param firstStep number of the first minibatch within the epoch
   * @param steps local steps
   */
  RoundWork work(
      StructureStrategy strategy,
      long round,
      long epoch,
      int firstStep,
      int steps,
      double learningRate) {
    RoundMasks masks = strategy.masks(round, steps);
    float[] parameters = model.parametersOf(masks.distinct());
    setup.wire().round(parameters);
    return new RoundWork(round, epoch, firstStep, learningRate, masks, parameters);
  }

  /**
   * Masks to be judged by the weights that the training came to until now.
   *
   * @param epoch whose order of the images the statistics are estimated from
   */
  CandidateWork candidates(List<Mask> masks, long epoch) {
    return new CandidateWork(masks, model.resultOf(masks), epoch, setup.statisticsBatches());
  }

  /** A mask to be evaluated as it is. */
  EvaluationWork evaluation(Mask mask) {
    return new EvaluationWork(
        List.of(mask), model.parametersOf(List.of(mask)), List.of(model.statisticsOf(mask)));
  }

  /** All from which the run goes on at a place. */
  Checkpoint checkpoint(Phase phase, Position position, List<String> instructionSets) {
    TrainingState state =
        new TrainingState(
            phase,
            position.round(),
            position.lossSum(),
            position.accuracySum(),
            halvings,
            model.values(),
            structure.state(),
            chosen);
    return new Checkpoint(
        totals.rounds(), state, totals.images(), totals.seconds(), instructionSets);
  }
}
