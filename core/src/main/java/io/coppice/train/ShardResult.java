package io.coppice.train;

/**
 * What a shard gives back for one round.
 *
 * @param shard its number
 * @param loss mean cross-entropy of the trained mask on the minibatch
 * @param probeLoss that of the probe on the same minibatch; NaN where there is none
 * @param correct images of the minibatch that the trained mask classified right
 * @param images size of the minibatch
 * @param gradient of the loss, laid out as the trained mask's parameters
 * @param statistics the minibatch's means and variances, laid out as the trained mask's statistics
 * @param computeNanos time the step took on its executor
 */
public record ShardResult(
    int shard,
    double loss,
    double probeLoss,
    int correct,
    int images,
    float[] gradient,
    float[] statistics,
    long computeNanos) {}
