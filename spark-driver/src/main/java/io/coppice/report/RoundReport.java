package io.coppice.report;

import org.jspecify.annotations.Nullable;

/**
 * One round, as it stands in {@code metrics.jsonl}. The seconds of sampling, sending, computing,
 * reducing and updating add up to those of the round.
 *
 * @param phase {@link RunPhase#TRAIN} or {@link RunPhase#FINE_TUNE}
 * @param round number of the round within its phase, from 0
 * @param epoch that it belongs to, from 0
 * @param localSteps steps that every shard took
 * @param loss mean over the shards and their steps of the trained masks' losses, nats
 * @param probeLoss mean of the probes' losses; null where there is no probe
 * @param accuracy of the trained masks on the minibatches
 * @param learningRate of the weights
 * @param flopsRatio FLOPs of the trained masks (mean over the shards and their steps) as a share of
 *     the dense network's
 * @param expectedFlopsRatio expected FLOPs of a mask drawn from s, likewise
 * @param images number of images seen
 * @param seconds wall time of the round
 * @param samplingSeconds drawing the masks, and gathering the weights that they need
 * @param broadcastSeconds packing and sending both
 * @param computeSeconds time that the busiest worker computed
 * @param waitSeconds the part of {@code computeSeconds} that the workers waited for the busiest
 *     one, on average
 * @param decodeSeconds the part of {@code computeSeconds} in which that worker read and decoded
 *     images
 * @param reduceSeconds what remains of the job: Spark's scheduling, and the results' way back
 * @param updateSeconds adding up the results, in weights and structure
 * @param driverSeconds the part of {@code seconds} in which the driver itself works, outside
 *     Spark's job: drawing, packing, unpacking, adding up, updating
 * @param bytesOut masks and weights, as sent to each executor
 * @param bytesBack gradients, statistics and losses, as received from all shards together
 * @param compactBytes weights of the trained masks' compact networks (mean over the shards)
 */
public record RoundReport(
    RunPhase phase,
    long round,
    int epoch,
    int localSteps,
    double loss,
    @Nullable Double probeLoss,
    double accuracy,
    double learningRate,
    double flopsRatio,
    double expectedFlopsRatio,
    int images,
    double seconds,
    double samplingSeconds,
    double broadcastSeconds,
    double computeSeconds,
    double waitSeconds,
    double decodeSeconds,
    double reduceSeconds,
    double updateSeconds,
    double driverSeconds,
    long bytesOut,
    long bytesBack,
    long compactBytes) {

  /** How fast the round was. */
  public double imagesPerSecond() {
    return images / seconds;
  }
}
