package io.coppice.strategy;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.compact.ChannelImportance;
import io.coppice.compact.CompactNetwork;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.structure.UnitRanking;
import io.coppice.train.TakenRound;
import io.coppice.train.TrainingStart;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the most important units within the budget, told by the weights and their gradients: the
 * network shrinks while the budget falls, and what went never comes back. Nothing is probed.
 */
public final class RankedStrategy extends OneMaskStrategy {

  private static final String PRESENT = "present";
  private static final String RANKED_AT = "rankedAt";
  private static final String IMPORTANCE = "importance";
  private static final String OBSERVED = "observed";
  private static final long NEVER = -1;

  /** What makes a unit important. */
  public enum Criterion {
    /** {@link ChannelImportance#magnitude} of the weights at hand, at first those of the start. */
    MAGNITUDE("magnitude"),
    /**
     * {@link ChannelImportance#taylor}, averaged over rounds. There is no gradient before the first
     * round, so that the whole network is trained until enough of them were seen; a ramp of the
     * budget begins after that.
     */
    TAYLOR("taylor");

    private final String strategy;

    Criterion(String strategy) {
      this.strategy = strategy;
    }
  }

  /**
   * When and among which units is ranked.
   *
   * @param across which units compete
   * @param rounds from one ranking to the next, while the budget falls; at least 1
   * @param averagedRounds for {@link Criterion#TAYLOR}: rounds over which importances are averaged,
   *     the first so many of which train the whole network; at least 1
   */
  public record Options(UnitRanking.Across across, int rounds, int averagedRounds) {}

  private final Criterion criterion;
  private final Budget budget;
  private final Options options;
  private final ChannelImportance importances;
  private final UnitRanking ranking;
  private final long firstRanking;
  private final long lastRanking;
  private Mask present;
  private long rankedAt = NEVER;
  private double[] importance;
  private long observed;

  /**
   * @param network whose units the budget is about
   * @param start by whose weights {@link Criterion#MAGNITUDE} ranks at first; the other one does
   *     not ask for it
   */
  public RankedStrategy(
      Criterion criterion,
      Budget budget,
      Network network,
      Supplier<TrainingStart> start,
      Options options) {
    super(budget.space());
    this.criterion = criterion;
    this.budget = budget;
    this.options = options;
    this.importances = new ChannelImportance(network);
    this.ranking = new UnitRanking(budget.space(), budget.cost(), options.across());
    this.firstRanking = criterion == Criterion.TAYLOR ? options.averagedRounds() : 0;
    this.lastRanking = firstRanking + budget.limit().steps();
    this.present = Mask.full(network.groupChannels());
    this.importance =
        criterion == Criterion.TAYLOR
            ? new double[budget.space().units()]
            : UnitImportance.magnitude(budget.space(), network, start.get());
  }

  private double[] ofUnits(double[][] ofChannels) {
    return ChannelImportance.ofUnits(budget.space(), ofChannels);
  }

  /** Whether the mask was chosen for the last time. */
  private boolean isSettled() {
    return rankedAt >= lastRanking;
  }

  /** Whether units are chosen anew for a round. */
  private boolean isRankingDue(long round) {
    return !isSettled()
        && round >= firstRanking
        && (rankedAt == NEVER || round >= lastRanking || round - rankedAt >= options.rounds());
  }

  /** The mask that a round trains. */
  private Mask trainedIn(long round) {
    return isRankingDue(round)
        ? ranking.strongest(importance, budget.limit().at(round - firstRanking), present)
        : present;
  }

  @Override
  public RoundMasks masks(long round, int steps) {
    return RoundMasks.repeated(steps, new StepMasks(trainedIn(round)));
  }

  @Override
  public void learn(TakenRound taken) {
    long round = taken.work().round();
    if (isRankingDue(round)) {
      present = trainedIn(round);
      rankedAt = round;
    }
    if (!isSettled()) {
      observe(taken);
    }
  }

  private void observe(TakenRound taken) {
    CompactNetwork trained = taken.trained();
    float[] parameters = taken.trainedParameters();
    if (criterion == Criterion.MAGNITUDE) {
      importance = ofUnits(importances.magnitude(trained.parameters(), parameters));
      return;
    }
    double[] now =
        ofUnits(importances.taylor(trained.parameters(), parameters, taken.sums().gradient()));
    double steps = (double) taken.results().size() * taken.work().steps();
    observed++;
    double share = Math.max(1.0 / observed, 1.0 / options.averagedRounds());
    for (int unit = 0; unit < now.length; unit++) {
      // The gradient is a sum over the steps of all shards, of which the mean is meant.
      importance[unit] += share * (now[unit] / (steps * steps) - importance[unit]);
    }
  }

  @Override
  public double roundsLikeTheFirst() {
    return firstRanking + budget.limit().stepsAtStart();
  }

  @Override
  public Mask presentMask() {
    return isSettled() ? present : ranking.strongest(importance, budget.limit().end(), present);
  }

  @Override
  public StrategyState state() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(IMPORTANCE, Tensor.ofDoubles(importance));
    tensors.put(OBSERVED, Tensor.ofLong(observed));
    tensors.put(RANKED_AT, Tensor.ofLong(rankedAt));
    tensors.put(PRESENT, ModelTensors.mask(present));
    return new StrategyState(criterion.strategy, tensors);
  }

  @Override
  public void restore(StrategyState state) {
    importance = state.tensor(IMPORTANCE).doubles();
    observed = state.tensor(OBSERVED).asLong();
    rankedAt = state.tensor(RANKED_AT).asLong();
    present = ModelTensors.mask(state.tensor(PRESENT), budget.space().groupChannels());
  }
}
