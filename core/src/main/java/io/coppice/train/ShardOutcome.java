package io.coppice.train;

/**
 * What a shard gives back for one round.
 *
 * @param result what it tells of its steps; small
 * @param sums what its steps change the model by; as large as the weights that it trained
 */
public record ShardOutcome(ShardResult result, StepSums sums) {}
