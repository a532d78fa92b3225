package io.coppice.strategy;

import io.coppice.artifact.ModelTensors;
import io.coppice.artifact.SafeTensors.Tensor;
import io.coppice.artifact.StrategyState;
import io.coppice.compact.ChannelImportance;
import io.coppice.compact.CompactNetwork;
import io.coppice.random.CounterRandom;
import io.coppice.structure.CostModel;
import io.coppice.structure.GroupShares;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.TakenRound;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Begins with given shares of the groups, such as equal ones, and moves units between groups, few
 * at a time, each on significant evidence alone. Without evidence they stay fixed.
 *
 * <p>The evidence are probes that remove channels from the trained mask: every group is thinned or
 * left whole by a fair coin, and {@link GroupEffects} tells what each thinning costs in loss. Where
 * one group loses clearly more by it than another, for what it saves, units of the other make room
 * for units of that one. Every channel of a probe is trained, and a channel that comes in is read
 * by nobody at first (see {@link #readFromTheStart}), so that a move never makes the network jump.
 */
public final class SharesStrategy extends OneMaskStrategy {

  /** As it is called in a configuration and in checkpoints. */
  public static final String NAME = "shares";

  private static final String MASK = "mask";
  private static final String EFFECTS = "effects";

  /** Weight of older evidence at the next look: masks and weights were others. */
  private static final double PAST = 0.5;

  private final Budget budget;
  private final MaskDraws draws;
  private final Options options;
  private final long rounds;
  private final GroupShares shares;
  private final double[] proportions;
  private final double[] importance;
  private final Mask first;
  private final GroupEffects effects;
  private Mask mask;

  /**
   * How shares move.
   *
   * @param probeEvery rounds of which one probes
   * @param thinned share of a group's channels that a probe removes where it thins the group
   * @param looks times at which the evidence is looked at, evenly over the rounds in which the
   *     structure is learned
   * @param step share of a group's channels that come or go at a look; one unit always comes, but
   *     none goes that is a larger part of its group: what thinning costs tells nothing of that
   * @param significance standard errors between two groups' worth that make a difference
   * @param ratio by how many times the worth of one must exceed that of the other beyond that, at
   *     least 1
   * @param bound factor by which a group's channels may differ from those that it began with,
   *     either way
   */
  public record Options(
      int probeEvery,
      double thinned,
      int looks,
      double step,
      double significance,
      double ratio,
      double bound) {}

  /**
   * @param proportions of the groups' shares at the start, all positive
   * @param importance of every unit at the start; the more important ones of a group come first
   * @param rounds in which the structure is learned; then it is fixed
   */
  public SharesStrategy(
      Budget budget,
      MaskDraws draws,
      double[] proportions,
      double[] importance,
      Options options,
      long rounds) {
    super(budget.space());
    this.budget = budget;
    this.draws = draws.perShard();
    this.options = options;
    this.rounds = rounds;
    this.proportions = proportions.clone();
    this.importance = importance.clone();
    this.shares = new GroupShares(budget.space(), budget.cost());
    this.effects = new GroupEffects(budget.space().groups());
    this.first = shares.filled(proportions, importance, budget.limit().at(0));
    this.mask = first;
  }

  @Override
  public RoundMasks masks(long round, int steps) {
    if (round >= rounds) {
      return RoundMasks.repeated(steps, new StepMasks(presentMask()));
    }
    return round % options.probeEvery() == 0
        ? draws.ofRound(round, steps, random -> new StepMasks(mask, thinned(random)))
        : RoundMasks.repeated(steps, new StepMasks(mask));
  }

  /** The trained mask with some channels removed from every other group or so. */
  private Mask thinned(CounterRandom random) {
    Mask.Builder builder = Mask.builder(budget.space().groupChannels());
    for (int group = 0; group < mask.groups(); group++) {
      int[] active = mask.activeChannels(group);
      int removed = random.nextBoolean() ? thinnedBy(active.length) : 0;
      int[] order = random.permutation(active.length);
      for (int i = removed; i < order.length; i++) {
        builder.activate(group, active[order[i]], 1);
      }
    }
    return builder.build();
  }

  /** How many of a group's channels a probe removes: never all. */
  private int thinnedBy(int active) {
    return Math.min(Math.max(active - 1, 0), Math.max(1, (int) (options.thinned() * active)));
  }

  @Override
  public void learn(TakenRound round) {
    for (Probe probe : Probe.of(round)) {
      effects.add(thinnedGroups(probe), probe.loss() - probe.trainedLoss());
    }
    if (isLook(round.work().round())) {
      look(round);
    }
  }

  private static boolean[] thinnedGroups(Probe probe) {
    boolean[] thinned = new boolean[probe.mask().groups()];
    for (int group = 0; group < thinned.length; group++) {
      thinned[group] = probe.mask().activeCount(group) < probe.trained().activeCount(group);
    }
    return thinned;
  }

  /** Whether the evidence is looked at after a round. */
  private boolean isLook(long round) {
    return round < rounds
        && (round + 1) * options.looks() / rounds > round * options.looks() / rounds;
  }

  private void look(TakenRound taken) {
    double limit = budget.limit().at(taken.work().round() + 1);
    double[] present = presentImportance(taken);
    Mask next = withinLimit(mask, present, limit);
    mask =
        effects
            .estimate()
            .map(estimate -> moves(estimate, limit).apply(next, present, limit))
            .orElse(next);
    effects.fade(PAST);
  }

  /** Importance of every unit: of active ones as weights are now, of others as they began. */
  private double[] presentImportance(TakenRound taken) {
    CompactNetwork trained = taken.trained();
    double[] now =
        ChannelImportance.ofUnits(
            budget.space(),
            new ChannelImportance(trained.network())
                .magnitude(trained.parameters(), taken.trainedParameters()));
    double[] present = importance.clone();
    for (int unit = 0; unit < now.length; unit++) {
      if (budget.space().isActive(mask, unit)) {
        present[unit] = now[unit];
      }
    }
    return present;
  }

  /** The mask itself, or what the falling budget leaves of it, in the proportions that it has. */
  private Mask withinLimit(Mask present, double[] ofUnits, double limit) {
    return budget.cost().cost(present) <= limit
        ? present
        : shares.fitted(present, proportions(present), ofUnits, limit);
  }

  /** The proportions of a mask's shares, by which {@link GroupShares} makes the like of it. */
  public static double[] proportions(Mask mask) {
    double[] proportions = new double[mask.groups()];
    Arrays.setAll(
        proportions, group -> Math.max(1, mask.activeCount(group)) / (double) mask.channels(group));
    return proportions;
  }

  private GroupMoves moves(GroupEvidence estimate, double limit) {
    double[] worth = new double[first.groups()];
    double[] error = new double[first.groups()];
    double[] saved = savedByThinning();
    for (int group = 0; group < worth.length; group++) {
      worth[group] = saved[group] > 0 ? estimate.effect()[group] / saved[group] : 0;
      error[group] =
          saved[group] > 0
              ? Math.sqrt(estimate.variance()[group]) / saved[group]
              : Double.POSITIVE_INFINITY;
    }
    return new GroupMoves(
        budget, shares.filled(proportions, importance, limit), options, worth, error);
  }

  @Override
  public Optional<GroupEvidence> evidence() {
    return effects.estimate();
  }

  /** For each group the cost of the channels that a probe removes. */
  private double[] savedByThinning() {
    CostModel cost = budget.cost().smooth();
    double[] counts = new double[mask.groups()];
    Arrays.setAll(counts, mask::activeCount);
    double whole = cost.cost(counts);
    double[] saved = new double[counts.length];
    for (int group = 0; group < saved.length; group++) {
      double all = counts[group];
      counts[group] = all - thinnedBy((int) all);
      saved[group] = whole - cost.cost(counts);
      counts[group] = all;
    }
    return saved;
  }

  /** The first mask: whoever comes in later comes in unread. */
  @Override
  public Optional<Mask> readFromTheStart() {
    return Optional.of(first);
  }

  @Override
  public double roundsLikeTheFirst() {
    return budget.limit().stepsAtStart();
  }

  @Override
  public Mask presentMask() {
    return withinLimit(mask, importance, budget.limit().end());
  }

  @Override
  public StrategyState state() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(MASK, ModelTensors.mask(mask));
    tensors.put(EFFECTS, Tensor.ofDoubles(effects.moments()));
    return new StrategyState(NAME, tensors);
  }

  @Override
  public void restore(StrategyState state) {
    mask = ModelTensors.mask(state.tensor(MASK), budget.space().groupChannels());
    effects.restore(state.tensor(EFFECTS).doubles());
  }
}
