package io.coppice.train;

/**
 * What steps change the model by, added up: over the steps of a shard in a round, where both are
 * laid out as the tensors of {@link io.coppice.structure.RoundMasks#trained(int)}, or over those of
 * all shards, where they are laid out as those of {@link
 * io.coppice.structure.RoundMasks#trained()}.
 *
 * @param gradient of the losses
 * @param statistics the minibatches' means and variances
 */
public record StepSums(float[] gradient, float[] statistics) {}
