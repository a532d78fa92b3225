package io.coppice.train;

import io.coppice.compact.CompactNetworks;
import java.util.List;

/**
 * A round that was taken, for those who learn from it.
 *
 * @param work what the shards were told, the weights before the round's step among it
 * @param results what each of the shards tells, in their order
 * @param sums gradients and statistics of all shards, added up
 * @param networks the compact networks of the round's masks
 */
public record TakenRound(
    RoundWork work, List<ShardResult> results, StepSums sums, CompactNetworks networks) {

  public TakenRound {
    results = List.copyOf(results);
  }
}
