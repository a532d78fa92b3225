package io.coppice.strategy;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.TakenRound;
import java.util.List;
import java.util.Map;

/**
 * Trains the weights on the anchor, the most probable mask within the budget, held for some rounds;
 * one mask drawn from s is only evaluated. The weights never suffer from exploration, and the
 * anchor is a baseline that does not depend on the draw.
 */
public final class AnchorStrategy implements StructureStrategy {

  /** As it is called in a configuration and in checkpoints. */
  public static final String NAME = "anchor";

  private static final String ANCHOR = "anchor";
  private static final String ANCHOR_CHOSEN_AT = "anchorChosenAt";

  private final Budget budget;
  private final MaskDraws draws;
  private final Options options;
  private final ProbabilityLearner learner;
  private final MaskSelection selection;
  private Mask anchor;
  private long anchorChosenAt;

  /**
   * How anchors change.
   *
   * @param rounds for which an anchor is held
   * @param margin by how much more probable a unit must be to replace one of the anchor's
   */
  public record Options(int rounds, double margin) {}

  public AnchorStrategy(
      Budget budget, MaskDraws draws, PolicyGradientOptions policyGradient, Options options) {
    this.budget = budget;
    this.draws = draws;
    this.options = options;
    this.learner = new ProbabilityLearner(budget, draws, policyGradient);
    this.selection = new MaskSelection(budget.space(), budget.cost());
    this.anchor = selection.mostProbable(learner.probabilities(), budget.limit().at(0));
  }

  @Override
  public RoundMasks masks(long round, int steps) {
    Mask trained = learner.isSettled(round) ? presentMask() : anchorOf(round);
    return learner.probes(round)
        ? draws.ofRound(round, steps, random -> new StepMasks(trained, learner.draw(random)))
        : RoundMasks.repeated(steps, new StepMasks(trained));
  }

  @Override
  public void learn(TakenRound taken) {
    long round = taken.work().round();
    if (isAnchorDue(round)) {
      anchor = anchorOf(round);
      anchorChosenAt = round;
    }
    learner.learn(
        taken,
        (policyGradient, trained, loss, probe, probeLoss) ->
            policyGradient.ofAnchoredMask(loss, probe, probeLoss));
  }

  private boolean isAnchorDue(long round) {
    return !learner.isSettled(round) && round - anchorChosenAt >= options.rounds();
  }

  /** The mask that a round trains on. */
  private Mask anchorOf(long round) {
    return isAnchorDue(round) ? mostProbable(budget.limit().at(round)) : anchor;
  }

  private Mask mostProbable(double limit) {
    return selection.mostProbable(learner.probabilities(), limit, anchor, options.margin());
  }

  @Override
  public double roundsLikeTheFirst() {
    return budget.limit().stepsAtStart();
  }

  @Override
  public Mask presentMask() {
    return mostProbable(budget.limit().end());
  }

  @Override
  public List<Mask> candidates(int count) {
    return learner.candidates(count, presentMask());
  }

  @Override
  public double[] probabilities() {
    return learner.probabilities();
  }

  @Override
  public StrategyState state() {
    Map<String, Tensor> tensors = learner.tensors();
    tensors.put(ANCHOR_CHOSEN_AT, Tensor.ofLong(anchorChosenAt));
    tensors.put(ANCHOR, ModelTensors.mask(anchor));
    return new StrategyState(NAME, tensors);
  }

  @Override
  public void restore(StrategyState state) {
    learner.restore(state);
    anchor = ModelTensors.mask(state.tensor(ANCHOR), budget.space().groupChannels());
    anchorChosenAt = state.tensor(ANCHOR_CHOSEN_AT).asLong();
  }
}
