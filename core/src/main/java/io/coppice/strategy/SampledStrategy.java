package io.coppice.strategy;

import io.coppice.artifact.StrategyState;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.PolicyGradient;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.TakenRound;
import java.util.List;

/** The paper's way: both masks of a step are drawn from s, and one of them trains the weights. */
public final class SampledStrategy implements StructureStrategy {

  /** As it is called in a configuration and in checkpoints. */
  public static final String NAME = "sampled";

  private final Budget budget;
  private final MaskDraws draws;
  private final ProbabilityLearner learner;
  private final MaskSelection selection;

  public SampledStrategy(Budget budget, MaskDraws draws, PolicyGradientOptions policyGradient) {
    this.budget = budget;
    this.draws = draws;
    this.learner = new ProbabilityLearner(budget, draws, policyGradient);
    this.selection = new MaskSelection(budget.space(), budget.cost());
  }

  @Override
  public RoundMasks masks(long round, int steps) {
    if (learner.isSettled(round)) {
      return RoundMasks.repeated(steps, new StepMasks(presentMask()));
    }
    boolean probes = learner.probes(round);
    return draws.ofRound(
        round,
        steps,
        random -> {
          Mask trained = learner.draw(random);
          return probes ? new StepMasks(trained, learner.draw(random)) : new StepMasks(trained);
        });
  }

  @Override
  public void learn(TakenRound round) {
    learner.learn(round, PolicyGradient.Estimators::ofSampledPair);
  }

  @Override
  public double roundsLikeTheFirst() {
    return budget.limit().stepsAtStart();
  }

  @Override
  public Mask presentMask() {
    return selection.mostProbable(learner.probabilities(), budget.limit().end());
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
    return new StrategyState(NAME, learner.tensors());
  }

  @Override
  public void restore(StrategyState state) {
    learner.restore(state);
  }
}
