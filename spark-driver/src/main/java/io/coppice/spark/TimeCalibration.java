package io.coppice.spark;

import io.coppice.compact.NetworkExecutor;
import io.coppice.random.CounterRandom;
import io.coppice.random.CounterRandom.Purpose;
import io.coppice.report.RunListener;
import io.coppice.report.RunPhase;
import io.coppice.report.TimeReport;
import io.coppice.strategy.FixedStrategy;
import io.coppice.structure.CostModel;
import io.coppice.structure.GroupShares;
import io.coppice.structure.Mask;
import io.coppice.structure.StructureSpace;
import io.coppice.timing.MaskSamples;
import io.coppice.timing.TimeCost;
import io.coppice.timing.TimedRound;
import io.coppice.train.RoundWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Finds out what rounds take on the machines and the network at hand: takes rounds of a training
 * that is thrown away, with masks of many widths around the budget, and fits a model of their time.
 * Every mask is timed in several passes over all of them, of which the shortest time counts.
 */
final class TimeCalibration {

  private static final int FITTED = 16;
  private static final int CHECKED = 6;
  private static final int PASSES = 3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double CAUTION = 0.1;

  private final RunSetup setup;
  private final Cluster cluster;
  private final RunListener listener;
  private final RunState scratch;

  /**
   * @param setup of a run whose budget is one of time
   */
  TimeCalibration(RunSetup setup, Cluster cluster, RunListener listener) {
    this.setup = setup;
    this.cluster = cluster;
    this.listener = listener;
    this.scratch = RunState.start(setup, 0);
  }

  /** Milliseconds of a round as a function of the mask that it trains. */
  CostModel measure() {
    listener.phaseStarted(RunPhase.CALIBRATE, 0, 0);
    List<Mask> ends = List.of(Mask.full(setup.network().groupChannels()), leastOfEveryGroup());
    List<TimedRound> warmUp = time(ends, 1);
    List<Mask> masks = new ArrayList<>(ends);
    masks.addAll(draw(withinBudget(warmUp.get(0).millis(), warmUp.get(1).millis())));
    List<TimedRound> timed = time(masks, PASSES);
    int fitted = ends.size() + FITTED;
    CostModel model =
        TimeCost.fit(
            setup.network(),
            NetworkExecutor.channelBlock(setup.network(), setup.precision()),
            timed.subList(0, fitted));
    report(model, timed.get(0), timed.get(1), timed.subList(fitted, timed.size()));
    return model;
  }

  private void report(
      CostModel model, TimedRound dense, TimedRound least, List<TimedRound> checks) {
    double[] errors =
        checks.stream()
            .mapToDouble(round -> Math.abs(model.cost(round.mask()) / round.millis() - 1))
            .sorted()
            .toArray();
    double largest = errors[errors.length - 1];
    listener.timed(
        new TimeReport(
            dense.millis(), least.millis(), errors.length, errors[errors.length / 2], largest));
    if (largest > CAUTION) {
      listener.cautioned(
          String.format(
              Locale.ROOT,
              "the model of a round's time was wrong by %.0f %% for a mask that it was not fitted to; the budget in"
                  + " 'structure.budget' (%s) is met by the model, and by the clock no better than that. On"
                  + " machines that others use too, rounds take what those leave",
              100 * largest,
              setup.config().structure().budget()));
    }
  }

  private Mask leastOfEveryGroup() {
    StructureSpace space = setup.space();
    Mask.Builder builder = Mask.builder(space.groupChannels());
    for (int group = 0; group < space.groups(); group++) {
      builder.activate(group, 0, Math.min(space.granularity(), space.groupChannels()[group]));
    }
    return builder.build();
  }

  /**
   * The mask of equal shares that takes about as long as the budget allows, if a round's time lies
   * between that of the least and that of the dense network in proportion to the estimate.
   */
  private Mask withinBudget(double denseMillis, double leastMillis) {
    RunCost estimate = setup.cost();
    double least = estimate.model().cost(leastOfEveryGroup());
    double share =
        (setup.config().structure().budget().limit(denseMillis) - leastMillis)
            / Math.max(denseMillis - leastMillis, Double.MIN_NORMAL);
    double limit = least + Math.min(1, Math.max(0, share)) * (estimate.dense() - least);
    return new GroupShares(setup.space(), estimate.model())
        .equal(new double[setup.space().units()], limit);
  }

  private List<Mask> draw(Mask middle) {
    MaskSamples samples =
        new MaskSamples(setup.space(), setup.network().indispensableGroups(), middle);
    long seed = setup.config().training().seed();
    return LongStream.range(0, FITTED + CHECKED)
        .mapToObj(number -> samples.draw(CounterRandom.of(seed, Purpose.TIMED_MASK, number)))
        .toList();
  }

  private List<TimedRound> time(List<Mask> masks, int passes) {
    List<TimedRound> best = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      for (int i = 0; i < masks.size(); i++) {
        String what =
            "mask "
                + (i + 1)
                + " of "
                + masks.size()
                + ", pass "
                + (pass + 1)
                + " of "
                + passes
                + ", "
                + RunPhase.CALIBRATE;
        TimedRound timed = time(what, masks.get(i));
        if (pass == 0) {
          best.add(timed);
        } else {
          best.set(i, shorter(best.get(i), timed));
        }
      }
    }
    return best;
  }

  private static TimedRound shorter(TimedRound one, TimedRound other) {
    double[] nodes = one.nodeMillis().clone();
    Arrays.setAll(nodes, node -> Math.min(nodes[node], other.nodeMillis()[node]));
    return new TimedRound(one.mask(), nodes, Math.min(one.millis(), other.millis()));
  }

  private TimedRound time(String what, Mask mask) {
    FixedStrategy strategy = new FixedStrategy("timed", setup.space(), mask);
    int steps = Math.min(setup.config().distribution().localSteps(), setup.stepsPerEpoch());
    double[] nodeMillis = cluster.timeNodes(what, scratch.work(strategy, 0, 0, 0, steps, 0));
    long start = System.nanoTime();
    RoundWork work = scratch.work(strategy, 0, 0, 0, steps, 0);
    RoundOutcome outcome = cluster.runRound(what, work, scratch.summation(work));
    scratch.learn(work, outcome, strategy, 0);
    return new TimedRound(mask, nodeMillis, (System.nanoTime() - start) / NANOS_PER_MILLI);
  }
}
