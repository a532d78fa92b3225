package io.coppice.strategy;

import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.random.CounterRandom;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CosineSchedule;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.PolicyGradient;
import io.coppice.train.TakenRound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The structure probabilities s, learned by policy gradient: draws from them, and their update from
 * the losses of a round's probes. What a strategy trains and which masks it draws is its own
 * affair.
 */
final class ProbabilityLearner {

  private static final String PROBABILITIES = "probabilities";
  private static final String MOMENTS = "moments";
  private static final String UPDATES = "updates";
  private static final int DRAWS_PER_CANDIDATE = 50;

  private final Budget budget;
  private final MaskDraws draws;
  private final PolicyGradientOptions options;
  private final CosineSchedule learningRate;
  private final MaskSampler sampler;
  private final PolicyGradient policyGradient;
  private final StructureOptimiser optimiser;

  /** An estimate of the policy gradient from one probe. */
  interface Estimator {

    /**
     * @param policyGradient at the probabilities that the probe was drawn from
     * @param trained the mask that the probe is compared with
     * @param loss of the trained mask
     * @param probe a mask drawn from s
     * @param probeLoss its loss on the same minibatch
     * @return one value a unit
     */
    double[] gradient(
        PolicyGradient.Estimators policyGradient,
        Mask trained,
        double loss,
        Mask probe,
        double probeLoss);
  }

  ProbabilityLearner(Budget budget, MaskDraws draws, PolicyGradientOptions options) {
    this.budget = budget;
    this.draws = draws;
    this.options = options;
    this.learningRate = new CosineSchedule(options.learningRate(), options.rounds());
    this.sampler = new MaskSampler(budget.space());
    this.policyGradient = new PolicyGradient(budget.space());
    BudgetProjection projection = new BudgetProjection(budget.space(), budget.cost());
    double limit = budget.limit().at(0);
    this.optimiser = new StructureOptimiser(projection, projection.uniform(limit), limit);
  }

  /** Whether the structure is learned no further from this round on. */
  boolean isSettled(long round) {
    return round >= options.rounds();
  }

  /** Whether a round probes and updates s. */
  boolean probes(long round) {
    return !isSettled(round) && round % options.probeEvery() == 0;
  }

  double[] probabilities() {
    return optimiser.probabilities();
  }

  /** A mask drawn from s. */
  Mask draw(CounterRandom random) {
    return sampler.draw(optimiser.probabilities(), random);
  }

  /**
   * Updates s by the mean of the estimates of all probes of a round; leaves it alone where there is
   * none.
   */
  void learn(TakenRound round, Estimator estimator) {
    List<Probe> probes = Probe.of(round);
    if (probes.isEmpty()) {
      return;
    }
    PolicyGradient.Estimators estimators = policyGradient.at(optimiser.probabilities());
    double[] gradient = new double[budget.space().units()];
    for (Probe probe : probes) {
      double[] part =
          estimator.gradient(
              estimators, probe.trained(), probe.trainedLoss(), probe.mask(), probe.loss());
      for (int unit = 0; unit < gradient.length; unit++) {
        gradient[unit] += part[unit] / probes.size();
      }
    }
    long number = round.work().round();
    optimiser.update(gradient, learningRate.at(number), budget.limit().at(number + 1));
  }

  /** The given mask, then draws from s within the final budget, all different. */
  List<Mask> candidates(int count, Mask first) {
    List<Mask> candidates = new ArrayList<>();
    candidates.add(first);
    for (int draw = 0; candidates.size() < count && draw < count * DRAWS_PER_CANDIDATE; draw++) {
      Mask mask = draw(draws.ofCandidate(draw));
      if (budget.cost().cost(mask) <= budget.limit().end() && !candidates.contains(mask)) {
        candidates.add(mask);
      }
    }
    return candidates;
  }

  /** The tensors of a state, to which a strategy may add its own. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(PROBABILITIES, Tensor.ofDoubles(optimiser.probabilities()));
    tensors.put(MOMENTS, Tensor.ofDoubles(optimiser.moments()));
    tensors.put(UPDATES, Tensor.ofLong(optimiser.updates()));
    return tensors;
  }

  void restore(StrategyState state) {
    optimiser.restore(
        state.tensor(PROBABILITIES).doubles(),
        state.tensor(MOMENTS).doubles(),
        Math.toIntExact(state.tensor(UPDATES).asLong()));
  }
}
