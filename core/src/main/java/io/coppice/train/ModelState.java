package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.ArrayList;
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

  /** The state before the first round. */
  public ModelState(Network network, double momentum, double weightDecay, long seed) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.parameters = WeightInitialiser.initialise(dense.parameters(), seed);
    this.statistics = WeightInitialiser.initialise(dense.statistics(), seed);
    this.optimiser = new MomentumSgd(dense.parameters(), parameters, momentum, weightDecay);
  }

  private ModelState(ModelState other, double momentum, double weightDecay) {
    this.network = other.network;
    this.dense = other.dense;
    this.parameters = other.parameters().clone();
    this.statistics = other.statistics.clone();
    this.optimiser = new MomentumSgd(dense.parameters(), parameters, momentum, weightDecay);
  }

  /** The same weights and statistics with an optimiser at rest. */
  public ModelState withFreshOptimiser(double momentum, double weightDecay) {
    return new ModelState(this, momentum, weightDecay);
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
    CompactNetwork compact = CompactNetwork.of(network, mask);
    optimiser.bringUpToDate(compact.parameters());
    return new Slicer(dense.parameters(), compact.parameters()).gatherInParallel(parameters);
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
   * Takes one step of SGD on the mean of the shards' gradients, and moves the running statistics
   * towards the shards'.
   *
   * @param results in the order of the shards, in which they are added up
   */
  public void apply(RoundWork work, List<ShardResult> results, double learningRate) {
    float share = 1f / results.size();
    List<CompactNetwork> trained =
        work.pairs().stream().map(pair -> CompactNetwork.of(network, pair.trained())).toList();
    List<MomentumSgd.Gradient> gradients = new ArrayList<>();
    for (ShardResult result : results) {
      CompactNetwork compact = trained.get(trained.size() == 1 ? 0 : result.shard());
      gradients.add(new MomentumSgd.Gradient(compact.parameters(), result.gradient()));
      moveStatistics(compact, result.statistics(), share * Layer.BatchNorm.MOMENTUM);
    }
    optimiser.step(gradients, share, learningRate);
  }

  /** running += weight (observed - running), for the active channels. */
  private void moveStatistics(CompactNetwork trained, float[] observed, float weight) {
    Slicer slicer = new Slicer(dense.statistics(), trained.statistics());
    float[] running = slicer.gather(statistics);
    for (int i = 0; i < running.length; i++) {
      running[i] += weight * (observed[i] - running[i]);
    }
    slicer.scatter(running, statistics);
  }
}
