package io.coppice.train;

import io.coppice.artifact.StructureValues;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.structure.BudgetProjection;
import io.coppice.structure.CosineSchedule;
import io.coppice.structure.CostModel;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.Mask;
import io.coppice.structure.MaskSampler;
import io.coppice.structure.MaskSelection;
import io.coppice.structure.PolicyGradient;
import io.coppice.structure.StructureSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Learns the structure probabilities by policy gradient (Zhou et al. 2021). Two ways to spend the
 * two forward passes of a step:
 *
 * <ul>
 *   <li>sampled, the paper's: both masks are drawn from s; the first one also trains the weights.
 *   <li>anchored, ours: the weights are trained on the most probable mask within the budget, held
 *       for some rounds; one drawn mask is only evaluated. The weights never suffer from
 *       exploration, and the anchor is a baseline that does not depend on the draw.
 * </ul>
 */
public final class LearnedStructure implements StructureLearner {

  /**
   * What stays the same over a run.
   *
   * @param anchored whether pairs are anchored
   * @param anchorRounds rounds for which an anchor is held
   * @param anchorMargin by how much more probable a unit must be to replace one of the anchor's
   * @param probeEvery rounds of which one probes and updates s; the others only train. The
   *     estimator of each update has the same variance, there are only fewer updates
   * @param drawers number of shards that draw masks of their own; 1 where all share
   * @param learningRate of s at the start; cosine to 0
   * @param limit bound on the expected cost by round, the final one from the ramp's end on
   * @param rounds rounds in which s is learned; in later ones the most probable mask is fixed and
   *     nothing is probed
   * @param seed of the draws
   */
  public record Options(
      boolean anchored,
      int anchorRounds,
      double anchorMargin,
      int probeEvery,
      int drawers,
      double learningRate,
      CubicRamp limit,
      long rounds,
      long seed) {}

  private static final int DRAWS_PER_CANDIDATE = 50;

  private final StructureSpace space;
  private final CostModel cost;
  private final Options options;
  private final CosineSchedule learningRate;
  private final MaskSampler sampler;
  private final MaskSelection selection;
  private final PolicyGradient policyGradient;
  private final StructureOptimiser optimiser;
  private Mask anchor;
  private long anchorChosenAt;

  public LearnedStructure(StructureSpace space, CostModel cost, Options options) {
    this.space = space;
    this.cost = cost;
    this.options = options;
    this.learningRate = new CosineSchedule(options.learningRate(), options.rounds());
    this.sampler = new MaskSampler(space);
    this.selection = new MaskSelection(space, cost);
    this.policyGradient = new PolicyGradient(space);
    BudgetProjection projection = new BudgetProjection(space, cost);
    double limit = options.limit().at(0);
    this.optimiser = new StructureOptimiser(projection, projection.uniform(limit), limit);
    this.anchor = selection.mostProbable(optimiser.probabilities(), limit);
  }

  @Override
  public List<MaskPair> pairs(long round, int steps) {
    if (isSettled(round)) {
      return Collections.nCopies(steps, new MaskPair(mostProbable(), null));
    }
    if (options.anchored() && round - anchorChosenAt >= options.anchorRounds()) {
      anchor = chooseAnchor(options.limit().at(round));
      anchorChosenAt = round;
    }
    boolean probes = probes(round);
    List<MaskPair> pairs = new ArrayList<>();
    double[] probabilities = optimiser.probabilities();
    for (int drawer = 0; drawer < options.drawers(); drawer++) {
      for (int step = 0; step < steps; step++) {
        CounterRandom random =
            CounterRandom.of(options.seed(), Purpose.STRUCTURE_MASK, round, drawer, step);
        Mask first = options.anchored() ? anchor : sampler.draw(probabilities, random);
        pairs.add(new MaskPair(first, probes ? sampler.draw(probabilities, random) : null));
      }
    }
    return pairs;
  }

  private boolean isSettled(long round) {
    return round >= options.rounds();
  }

  private boolean probes(long round) {
    return round % options.probeEvery() == 0;
  }

  private Mask chooseAnchor(double limit) {
    return selection.mostProbable(optimiser.probabilities(), limit, anchor, options.anchorMargin());
  }

  @Override
  public void learn(RoundWork work, List<ShardResult> results) {
    if (isSettled(work.round()) || !probes(work.round())) {
      return;
    }
    double[] probabilities = optimiser.probabilities();
    double[] gradient = new double[space.units()];
    int pairs = results.size() * work.steps();
    for (ShardResult result : results) {
      for (int step = 0; step < work.steps(); step++) {
        double[] part =
            gradientOf(
                work.pair(result.shard(), step),
                result.losses()[step],
                result.probeLosses()[step],
                probabilities);
        for (int unit = 0; unit < gradient.length; unit++) {
          gradient[unit] += part[unit] / pairs;
        }
      }
    }
    optimiser.update(gradient, learningRate.at(work.round()), options.limit().at(work.round() + 1));
  }

  private double[] gradientOf(
      MaskPair pair, double loss, double probeLoss, double[] probabilities) {
    Mask probe = pair.probe();
    if (probe == null) {
      throw new IllegalArgumentException("a learned structure needs a probe in every pair");
    }
    return options.anchored()
        ? policyGradient.ofAnchoredMask(probe, probeLoss, loss, probabilities)
        : policyGradient.ofSampledPair(pair.trained(), loss, probe, probeLoss, probabilities);
  }

  @Override
  public Mask mostProbable() {
    return options.anchored()
        ? chooseAnchor(options.limit().end())
        : selection.mostProbable(optimiser.probabilities(), options.limit().end());
  }

  @Override
  public List<Mask> candidates(int count) {
    List<Mask> candidates = new ArrayList<>();
    candidates.add(mostProbable());
    for (int draw = 0; candidates.size() < count && draw < count * DRAWS_PER_CANDIDATE; draw++) {
      CounterRandom random = CounterRandom.of(options.seed(), Purpose.CANDIDATE_MASK, draw);
      Mask mask = sampler.draw(optimiser.probabilities(), random);
      if (cost.cost(mask) <= options.limit().end() && !candidates.contains(mask)) {
        candidates.add(mask);
      }
    }
    return candidates;
  }

  @Override
  public double[] probabilities() {
    return optimiser.probabilities();
  }

  @Override
  public StructureValues values() {
    return new StructureValues(
        optimiser.probabilities(),
        optimiser.moments(),
        optimiser.updates(),
        anchor,
        anchorChosenAt);
  }

  @Override
  public void restore(StructureValues values) {
    optimiser.restore(values.probabilities(), values.moments(), values.updates());
    anchor = Objects.requireNonNull(values.anchor(), "a learned structure has an anchor");
    anchorChosenAt = values.anchorChosenAt();
  }
}
