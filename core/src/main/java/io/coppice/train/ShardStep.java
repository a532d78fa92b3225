package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.NetworkExecutor.BatchResult;
import io.coppice.compact.RowLayout;
import io.coppice.compact.Slicer;
import io.coppice.compact.Targets;
import io.coppice.compact.Weights;
import io.coppice.data.Minibatches;
import io.coppice.onednn.Precision;
import io.coppice.structure.StepMasks;
import io.coppice.train.ShardResult.Divergence;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one shard in one round: for each, forward and backward with the trained mask and
 * forward with every probe, on one minibatch. Where there are several, plain gradient descent
 * between them moves a copy of the weights that ends with the round. Everything it computes follows
 * from its arguments; the executor is only memory and kernels.
 */
public final class ShardStep {

  private final CompactNetworks networks;
  private final NetworkExecutor executor;
  private final float smoothing;
  private final Precision told;
  private final float[] images;
  private final int[] labels;
  private final int[] others;

  /**
   * @param smoothing of the classes in the loss, as {@link Targets} has it
   * @param told how precisely the gradient is told
   */
  public ShardStep(
      CompactNetworks networks, NetworkExecutor executor, double smoothing, Precision told) {
    this.networks = networks;
    this.executor = executor;
    this.smoothing = (float) smoothing;
    this.told = told;
    this.images = new float[executor.batch() * networks.network().inputShape().size()];
    this.labels = new int[executor.batch()];
    this.others = new int[executor.batch()];
  }

  /** Takes the steps of a round. A loss that is not finite ends them. */
  public ShardOutcome run(int shard, RoundWork work, Minibatches minibatches) {
    long start = System.nanoTime();
    long readBefore = minibatches.readNanos();
    Weights weights = localWeights(work);
    CompactNetwork covered = networks.of(work.masks().trained(shard));
    float[] gradientSum = new float[covered.parameters().size()];
    float[] statisticsSum = new float[covered.statistics().size()];
    double[] losses = new double[work.steps()];
    double[][] probeLosses = new double[work.steps()][0];
    int correct = 0;
    Divergence divergence = null;
    for (int step = 0; step < work.steps() && divergence == null; step++) {
      minibatches.fill(work.epoch(), work.firstStep() + step, images, labels);
      float share = minibatches.mix(work.epoch(), work.firstStep() + step, images, labels, others);
      Targets targets = new Targets(labels, others, share, smoothing);
      long noise = minibatches.noise(work.epoch(), work.firstStep() + step);
      StepMasks masks = work.masks().of(shard, step);
      CompactNetwork trained = networks.of(masks.trained());
      boolean only = work.steps() == 1;
      float[] gradient = only ? gradientSum : new float[trained.parameters().size()];
      float[] statistics = only ? statisticsSum : new float[trained.statistics().size()];
      BatchResult result =
          executor.forwardBackward(trained, weights, images, targets, noise, gradient, statistics);
      losses[step] = result.loss();
      correct += result.correct();

      probeLosses[step] = new double[masks.probes().size()];
      for (int probe = 0; probe < probeLosses[step].length && divergence == null; probe++) {
        CompactNetwork probed = networks.of(masks.probes().get(probe));
        double loss = executor.forward(probed, weights, images, targets, noise).loss();
        probeLosses[step][probe] = loss;
        divergence = divergence(step, probed, weights, loss, new float[0]);
      }
      if (divergence == null) {
        divergence = divergence(step, trained, weights, losses[step], gradient);
      }
      if (!only) {
        new Slicer(covered.parameters(), trained.parameters()).addTo(gradientSum, gradient, 1);
        new Slicer(covered.statistics(), trained.statistics()).addTo(statisticsSum, statistics, 1);
        new Slicer(weights.layout(), trained.parameters())
            .addTo(weights.values(), gradient, (float) -work.learningRate());
      }
    }
    told.round(gradientSum);
    return new ShardOutcome(
        new ShardResult(
            shard,
            losses,
            probeLosses,
            correct,
            executor.batch() * work.steps(),
            divergence,
            System.nanoTime() - start,
            minibatches.readNanos() - readBefore),
        new StepSums(gradientSum, statisticsSum));
  }

  /** The round's weights; a copy where local steps will change them. */
  private Weights localWeights(RoundWork work) {
    Weights weights = work.weights(networks);
    return work.steps() == 1 ? weights : new Weights(weights.layout(), weights.values().clone());
  }

  private @Nullable Divergence divergence(
      int step, CompactNetwork compact, Weights weights, double loss, float[] gradient) {
    boolean finite = FiniteNumbers.only(gradient);
    if (Double.isFinite(loss) && finite) {
      return null;
    }
    String place = nonFiniteTensor(weights.layout(), weights.values(), "the weights of ");
    if (place == null) {
      place = executor.firstNonFinite(compact, weights, images);
    }
    if (place == null && !finite) {
      place = nonFiniteTensor(compact.parameters(), gradient, "the gradient of ");
    }
    return new Divergence(step, loss, place == null ? "the loss" : place);
  }

  private static @Nullable String nonFiniteTensor(RowLayout layout, float[] values, String prefix) {
    String tensor = FiniteNumbers.firstOther(layout, values);
    return tensor == null ? null : prefix + tensor;
  }
}
