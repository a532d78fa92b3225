package io.coppice.train;

import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every shard is told for one round.
 *
 * @param round number of the round, from 0
 * @param epoch pass over the shards' images that the round belongs to
 * @param firstStep number of the first minibatch within the epoch
 * @param steps local steps, each on the next minibatch
 * @param learningRate of the local steps; not used where there is one only
 * @param pairs one pair a step for all shards, or for each shard in turn
 * @param parameters trained tensors that some mask of the pairs needs, laid out as {@link
 *     io.coppice.compact.UnionLayout#parameters}
 */
public record RoundWork(
    long round,
    long epoch,
    int firstStep,
    int steps,
    double learningRate,
    List<MaskPair> pairs,
    float[] parameters) {

  /** The pair of a shard's local step, from 0. */
  public MaskPair pair(int shard, int step) {
    return pairs.get(sharesMasks() ? step : shard * steps + step);
  }

  /** Channels that some local step of a shard trains: those that its gradient covers. */
  public Mask trained(int shard) {
    return IntStream.range(0, steps)
        .mapToObj(step -> pair(shard, step).trained())
        .reduce(Mask::union)
        .orElseThrow();
  }

  /** Whether all shards use the same masks. */
  public boolean sharesMasks() {
    return pairs.size() == steps;
  }

  /** What the masks of the round take their weights from. */
  Weights weights(Network network) {
    return Weights.of(network, MaskPair.masks(pairs), parameters);
  }
}
