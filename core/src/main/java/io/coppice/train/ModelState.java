package io.coppice.train;

import io.coppice.artifact.ModelValues;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.RowLayout;
import io.coppice.compact.Slicer;
import io.coppice.compact.TensorLayout;
import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.UnionLayout;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The dense network's weights and running statistics, and how the results of a round change them.
 */
public final class ModelState {

  private final Network network;
  private final CompactNetwork dense;
  private final float[] parameters;
  private final float[] statistics;
  private final MomentumSgd optimiser;
  private final double weightDecay;

  /** The state before the first round. */
  public ModelState(Network network, double momentum, double weightDecay, long seed) {
    this(network, initialValues(network, seed), momentum, weightDecay);
  }

  /**
   * A state from which a run goes on.
   *
   * @param values are copied
   */
  public ModelState(Network network, ModelValues values, double momentum, double weightDecay) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.parameters = values.parameters().clone();
    this.statistics = values.statistics().clone();
    this.weightDecay = weightDecay;
    this.optimiser =
        new MomentumSgd(dense.parameters(), parameters, values.velocity().clone(), momentum);
  }

  private static ModelValues initialValues(Network network, long seed) {
    CompactNetwork dense = CompactNetwork.dense(network);
    return new ModelValues(
        WeightInitialiser.initialise(dense.parameters(), seed),
        WeightInitialiser.initialise(dense.statistics(), seed),
        new float[dense.parameters().size()]);
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
    return new ModelValues(parameters().clone(), statistics.clone(), optimiser.velocity().clone());
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

  /** Trained tensors that some mask needs, laid out as {@link UnionLayout#parameters}. */
  public float[] parametersOf(List<Mask> masks) {
    RowLayout part = UnionLayout.parameters(network, masks);
    optimiser.bringUpToDate(part);
    return new Slicer(dense.parameters(), part).gatherInParallel(parameters);
  }

  /** Running statistics of a mask's compact network. */
  public float[] statisticsOf(Mask mask) {
    CompactNetwork compact = CompactNetwork.of(network, mask);
    return new Slicer(dense.statistics(), compact.statistics()).gather(statistics);
  }

  /** Replaces the running statistics of a mask's active channels. */
  public void setStatistics(Mask mask, float[] values) {
    CompactNetwork compact = CompactNetwork.of(network, mask);
    new Slicer(dense.statistics(), compact.statistics()).scatter(values, statistics);
  }

  /**
   * Takes one step of SGD on the mean over the shards of their gradients, each added up over its
   * local steps, and moves the running statistics towards the shards'.
   *
   * @param results in the order of the shards, in which they are added up
   */
  public void apply(RoundWork work, List<ShardResult> results, double learningRate) {
    float share = 1f / results.size();
    List<MomentumSgd.Gradient> gradients = new ArrayList<>();
    CompactNetwork compact = CompactNetwork.of(network, work.masks().trained(0));
    for (ShardResult result : results) {
      if (!work.masks().shared()) {
        compact = CompactNetwork.of(network, work.masks().trained(result.shard()));
      }
      gradients.add(new MomentumSgd.Gradient(compact.parameters(), result.gradient()));
      moveStatistics(work, compact, result, share);
    }
    optimiser.step(gradients, share, learningRate, weightDecay * work.steps());
  }

  /**
   * For each value observed n times, n moves at once: running += (1 - (1 - share momentum)^n) (mean
   * observed - running).
   */
  private void moveStatistics(
      RoundWork work, CompactNetwork covered, ShardResult result, float share) {
    Slicer slicer = new Slicer(dense.statistics(), covered.statistics());
    float[] running = slicer.gather(statistics);
    float[] counts = timesObserved(work, covered.statistics(), result.shard());
    float[] momenta = momenta(covered.statistics());
    for (int i = 0; i < running.length; i++) {
      float once = share * momenta[i];
      float weight = counts[i] == 1 ? once : (float) (1 - Math.pow(1 - once, counts[i]));
      running[i] += weight * (result.statistics()[i] / counts[i] - running[i]);
    }
    slicer.scatter(running, statistics);
  }

  /** For each running statistic the momentum of its norm. */
  private float[] momenta(TensorLayout covered) {
    float[] momenta = new float[covered.size()];
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm norm) {
        for (Kind kind : new Kind[] {Kind.MEAN, Kind.VARIANCE}) {
          TensorLayout.Tensor tensor = covered.tensor(node.index(), kind);
          Arrays.fill(momenta, tensor.offset(), tensor.offset() + tensor.size(), norm.momentum());
        }
      }
    }
    return momenta;
  }

  private float[] timesObserved(RoundWork work, TensorLayout covered, int shard) {
    float[] counts = new float[covered.size()];
    if (work.steps() == 1) {
      Arrays.fill(counts, 1);
      return counts;
    }
    for (int step = 0; step < work.steps(); step++) {
      TensorLayout trained =
          TensorLayout.statistics(network, work.masks().of(shard, step).trained());
      float[] ones = new float[trained.size()];
      Arrays.fill(ones, 1);
      new Slicer(covered, trained).addTo(counts, ones, 1);
    }
    return counts;
  }
}
