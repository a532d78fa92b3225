package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Weights;
import io.coppice.network.Network;
import io.coppice.structure.Mask;
import java.util.List;

/**
 * What every shard is told for one round.
 *
 * @param round number of the round, from 0
 * @param epoch pass over the shards' images that the round belongs to
 * @param step number of the minibatch within the epoch
 * @param pairs one pair for all shards, or one for each
 * @param union channels that some mask of the round needs
 * @param parameters trained tensors of the union's compact network
 */
public record RoundWork(
    long round, long epoch, int step, List<MaskPair> pairs, Mask union, float[] parameters) {

  /** The pair of a shard. */
  public MaskPair pair(int shard) {
    return pairs.get(pairs.size() == 1 ? 0 : shard);
  }

  /** What the masks of the round take their weights from. */
  Weights weights(Network network) {
    return Weights.of(CompactNetwork.of(network, union), parameters);
  }
}
