package io.coppice.train;

import io.coppice.artifact.ModelValues;
import io.coppice.compact.ActiveChannels;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.RowLayout;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.util.List;
import java.util.Map;

/**
 * The dense network's weights and running statistics, and how the results of a round change them.
 */
public final class ModelState {

  /** Of a batch norm. */
  private static final List<Kind> STATISTICS = List.of(Kind.MEAN, Kind.VARIANCE);

  private final CompactNetworks networks;
  private final CompactNetwork dense;
  private final float[] parameters;
  private final float[] statistics;
  private final MomentumSgd optimiser;
  private final SgdOptions options;

  /** The state before the first round. */
  public ModelState(Network network, SgdOptions options, long seed) {
    this(network, initialValues(network, seed), options);
  }

  /**
   * A state from which a run goes on.
   *
   * @param values are copied
   */
  public ModelState(Network network, ModelValues values, SgdOptions options) {
    this.networks = new CompactNetworks(network);
    this.dense = CompactNetwork.dense(network);
    this.parameters = values.parameters().clone();
    this.statistics = values.statistics().clone();
    this.options = options;
    this.optimiser =
        new MomentumSgd(
            dense.parameters(),
            parameters,
            values.velocity().clone(),
            values.average().clone(),
            options);
  }

  private static ModelValues initialValues(Network network, long seed) {
    CompactNetwork dense = CompactNetwork.dense(network);
    return ModelValues.starting(
        WeightInitialiser.initialise(dense.parameters(), seed),
        WeightInitialiser.initialise(dense.statistics(), seed));
  }

  /**
   * Requires that all weights are finite. Losses and gradients may well be where some weight is
   * not: what a ReLU makes of it can be 0.
   *
   * @param rounds taken until now, for the message
   * @throws DivergedException naming the first tensor with others
   */
  public void requireFinite(long rounds) {
    requireFinite(rounds, parameters());
  }

  /**
   * The same where it is enough that some of the weights are.
   *
   * @param some as {@link #parametersOf} gave them
   */
  public void requireFinite(long rounds, float[] some) {
    if (!FiniteNumbers.only(some)) {
      String tensor = FiniteNumbers.firstOther(dense.parameters(), parameters());
      throw new DivergedException(rounds, String.valueOf(tensor));
    }
  }

  /** A copy of all there is to know. */
  public ModelValues values() {
    return new ModelValues(
        parameters().clone(),
        statistics.clone(),
        optimiser.velocity().clone(),
        optimiser.average().clone());
  }

  /** The compact networks of its masks. */
  public CompactNetworks networks() {
    return networks;
  }

  public CompactNetwork dense() {
    return dense;
  }

  /** Trained tensors of the dense network; not a copy, to be read before the next step. */
  public float[] parameters() {
    optimiser.bringUpToDate();
    return parameters;
  }

  /** Running statistics of the dense network; not a copy. */
  public float[] statistics() {
    return statistics;
  }

  /** Trained tensors of a mask's compact network. */
  public float[] parametersOf(Mask mask) {
    return parametersOf(List.of(mask));
  }

  /** Trained tensors that some mask needs, laid out as {@link CompactNetworks#parametersOf}. */
  public float[] parametersOf(List<Mask> masks) {
    RowLayout part = networks.parametersOf(masks);
    optimiser.bringUpToDate(part);
    return new Slicer(dense.parameters(), part).gatherInParallel(parameters);
  }

  /**
   * The same of what the training came to: the weights' moving average, if one is kept.
   *
   * @return laid out as {@link #parametersOf(List)}
   */
  public float[] resultOf(List<Mask> masks) {
    if (!options.averages()) {
      return parametersOf(masks);
    }
    optimiser.bringUpToDate();
    return new Slicer(dense.parameters(), networks.parametersOf(masks))
        .gatherInParallel(optimiser.average());
  }

  /** Running statistics of a mask's compact network. */
  public float[] statisticsOf(Mask mask) {
    CompactNetwork compact = networks.of(mask);
    return new Slicer(dense.statistics(), compact.statistics()).gather(statistics);
  }

  /** Replaces the running statistics of a mask's active channels. */
  public void setStatistics(Mask mask, float[] values) {
    CompactNetwork compact = networks.of(mask);
    new Slicer(dense.statistics(), compact.statistics()).scatter(values, statistics);
  }

  /**
   * Takes one step of SGD on the mean over the shards of their gradients, each added up over its
   * local steps, and moves the running statistics towards the shards'.
   *
   * @param shards number of shards
   * @param sums of all of them, as {@link ShardSummation} adds them up
   */
  public void apply(RoundWork work, int shards, StepSums sums, double learningRate) {
    CompactNetwork covered = networks.of(work.masks().trained());
    moveStatistics(covered, work.masks().timesTrained(shards), sums.statistics(), 1f / shards);
    optimiser.step(
        new MomentumSgd.Gradient(covered.parameters(), sums.gradient()),
        shortened(sums.gradient(), 1f / shards, work.steps()),
        learningRate,
        work.steps(),
        work.round());
  }

  /**
   * A factor on the sum of the shards' gradients that leaves the mean of them, and of a round's
   * local steps, no longer than it may be.
   *
   * @param scale the factor by which the sum becomes the mean over the shards
   */
  private float shortened(float[] sum, float scale, int steps) {
    if (options.largestNorm() == 0) {
      return scale;
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares) * scale / steps;
    return norm > options.largestNorm() ? (float) (scale * options.largestNorm() / norm) : scale;
  }

  /**
   * For each value observed n times in all, n moves at once: running += (1 - (1 - share
   * momentum)^n) (mean observed - running).
   */
  private void moveStatistics(
      CompactNetwork covered, Map<Mask, Integer> timesTrained, float[] sums, float share) {
    Slicer slicer = new Slicer(dense.statistics(), covered.statistics());
    float[] running = slicer.gather(statistics);
    float[] counts = timesObserved(covered.statistics(), timesTrained);
    for (Node node : networks.network().nodes()) {
      if (node.layer() instanceof Layer.BatchNorm norm) {
        for (Kind kind : STATISTICS) {
          TensorLayout.Tensor tensor = covered.statistics().tensor(node.index(), kind);
          move(running, sums, counts, tensor, share * norm.momentum());
        }
      }
    }
    slicer.scatter(running, statistics);
  }

  private static void move(
      float[] running, float[] sums, float[] counts, TensorLayout.Tensor tensor, float once) {
    float count = 0;
    float weight = 0;
    for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
      if (counts[i] != count) {
        count = counts[i];
        weight = (float) (1 - Math.pow(1 - once, count));
      }
      running[i] += weight * (sums[i] / count - running[i]);
    }
  }

  /** Without the masks' layouts, which would have to be made where every shard has its own. */
  private float[] timesObserved(TensorLayout covered, Map<Mask, Integer> timesTrained) {
    float[] counts = new float[covered.size()];
    for (Node node : networks.network().nodes()) {
      if (node.layer() instanceof Layer.BatchNorm) {
        int[] times = timesActive(node, timesTrained);
        for (Kind kind : STATISTICS) {
          TensorLayout.Tensor tensor = covered.tensor(node.index(), kind);
          for (int i = 0; i < tensor.outputs().length; i++) {
            counts[tensor.offset() + i] = times[tensor.outputs()[i]];
          }
        }
      }
    }
    return counts;
  }

  private static int[] timesActive(Node node, Map<Mask, Integer> timesTrained) {
    int[] times = new int[node.shape().channels()];
    timesTrained.forEach(
        (mask, count) -> {
          for (int channel : ActiveChannels.of(node, mask)) {
            times[channel] += count;
          }
        });
    return times;
  }
}
