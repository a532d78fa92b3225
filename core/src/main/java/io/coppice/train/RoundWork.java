package io.coppice.train;

import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Weights;
import io.coppice.structure.RoundMasks;

/**
 * What every shard is told for one round.
 *
 * @param round number of the round, from 0
 * @param epoch pass over the shards' images that the round belongs to
 * @param firstStep number of the first minibatch within the epoch
 * @param learningRate of the local steps; not used where there is one only
 * @param masks of the local steps, each of which is on the next minibatch
 * @param parameters trained tensors that some of the masks needs, laid out as {@link
 *     CompactNetworks#parametersOf}
 */
public record RoundWork(
    long round,
    long epoch,
    int firstStep,
    double learningRate,
    RoundMasks masks,
    float[] parameters) {

  /** Local steps of every shard. */
  public int steps() {
    return masks.steps();
  }

  /** What the masks of the round take their weights from. */
  Weights weights(CompactNetworks networks) {
    return Weights.of(networks, masks.distinct(), parameters);
  }
}
