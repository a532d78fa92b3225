package io.coppice.spark;

import org.jspecify.annotations.Nullable;

/**
 * One round, as it stands in {@code metrics.jsonl}.
 *
 * @param phase {@code train} or {@code fine-tune}
 * @param round number of the round within its phase, from 0
 * @param epoch that it belongs to, from 0
 * @param loss mean over the shards of the trained masks' losses, nats
 * @param probeLoss mean of the probes' losses; null where there is no probe
 * @param accuracy of the trained masks on the minibatches
 * @param learningRate of the weights
 * @param flopsRatio FLOPs of the trained mask (mean over the shards) as a share of the dense
 *     network's
 * @param expectedFlopsRatio expected FLOPs of a mask drawn from s, likewise
 * @param images number of images seen
 * @param seconds wall time of the round
 * @param computeSeconds longest time that a shard computed
 * @param bytesOut floats of weights sent, in bytes
 * @param bytesBack floats of gradients and statistics received from all shards, in bytes
 */
public record RoundReport(
    String phase,
    long round,
    int epoch,
    double loss,
    @Nullable Double probeLoss,
    double accuracy,
    double learningRate,
    double flopsRatio,
    double expectedFlopsRatio,
    int images,
    double seconds,
    double computeSeconds,
    long bytesOut,
    long bytesBack) {}
