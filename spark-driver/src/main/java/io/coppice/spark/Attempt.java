package io.coppice.spark;

import io.coppice.artifact.TrainingState.Phase;
import io.coppice.config.RunConfig;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.strategy.FixedStrategy;
import io.coppice.structure.Mask;
import io.coppice.train.LearningRateSchedule;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One try to get to the final mask and its weights, from the start or from a checkpoint: rounds of
 * training, the choice of the mask, rounds of fine-tuning.
 */
final class Attempt {

  private final RunSetup setup;
  private final Cluster cluster;
  private final RunListener listener;
  private final RunState state;
  private final StateKeeper keeper;

  Attempt(
      RunSetup setup, Cluster cluster, RunListener listener, RunState state, StateKeeper keeper) {
    this.setup = setup;
    this.cluster = cluster;
    this.listener = listener;
    this.state = state;
    this.keeper = keeper;
  }

  /** Does what remains from a place in a phase on. */
  void run(Phase phase, Position position) throws IOException {
    switch (phase) {
      case TRAIN -> {
        choose(train(position));
        keeper.enter(Phase.FINE_TUNE);
        run(Phase.FINE_TUNE, Position.START);
      }
      case FINE_TUNE -> {
        if (setup.config().finish().fineTuneEpochs() > 0) {
          fineTune(position);
        }
        keeper.enter(Phase.FINISHED);
      }
      case FINISHED -> {
        // Nothing remains.
      }
    }
  }

  private Position train(Position start) throws IOException {
    RunConfig config = setup.config();
    LearningRateSchedule learningRate = setup.learningRate(state.rateFactor());
    return loop(new RoundLoop.Pass(
            Phase.TRAIN, state.structure(), config.training().epochs(), 0, learningRate::at))
        .run(start);
  }

  /**
   * The candidate with the best accuracy on the images held back; the lower loss, then the earlier
   * one, in a tie.
   */
  private void choose(Position end) throws IOException {
    listener.phaseStarted(RunPhase.CHOOSE, 0, 0);
    List<Mask> candidates = state.structure().candidates(setup.config().finish().candidates());
    List<CandidateResult> results = judge(RunPhase.CHOOSE, candidates, Phase.TRAIN, end);
    int best =
        IntStream.range(0, candidates.size())
            .boxed()
            .min(
                Comparator.comparingLong((Integer i) -> -results.get(i).evaluation().correct())
                    .thenComparingDouble(i -> results.get(i).evaluation().lossSum()))
            .orElseThrow();
    state.choose(candidates.get(best), results.get(best).statistics());
  }

  private void fineTune(Position start) throws IOException {
    RunConfig config = setup.config();
    Mask mask = state.chosen();
    Position end =
        loop(new RoundLoop.Pass(
                Phase.FINE_TUNE,
                new FixedStrategy("chosen", setup.space(), mask),
                config.finish().fineTuneEpochs(),
                config.training().epochs(),
                round -> setup.fineTuneLearningRate() * state.rateFactor()))
            .run(start);
    CandidateResult result = judge(RunPhase.FINE_TUNE, List.of(mask), Phase.FINE_TUNE, end).get(0);
    state.settle(mask, result.statistics());
  }

  private List<CandidateResult> judge(
      RunPhase when, List<Mask> candidates, Phase phase, Position position) throws IOException {
    CandidateWork work = state.candidates(candidates, setup.config().training().epochs());
    return keeper.keeping(phase, position, () -> cluster.judge(when.toString(), work));
  }

  private RoundLoop loop(RoundLoop.Pass pass) {
    return new RoundLoop(pass, setup, cluster, state, listener, keeper);
  }
}
