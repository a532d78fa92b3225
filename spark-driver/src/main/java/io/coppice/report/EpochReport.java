package io.coppice.report;

import org.jspecify.annotations.Nullable;

/**
 * One epoch, as it stands in {@code metrics.jsonl}.
 *
 * @param phase {@link RunPhase#TRAIN} or {@link RunPhase#FINE_TUNE}
 * @param epoch number of the epoch within its phase, from 0
 * @param loss mean training loss of its rounds, nats
 * @param accuracy training accuracy of its rounds, on augmented images
 * @param heldBackAccuracy accuracy of the most probable mask on the images held back
 * @param flopsRatio FLOPs of that mask as a share of the dense network's
 * @param imagesPerSecond training images seen in a second of wall time
 * @param seconds wall time of its rounds
 * @param judgingSeconds wall time of measuring that mask after them
 * @param budget what that mask keeps of the budget, in its unit; null where rounds were not timed
 *     although the budget is one of time
 * @param evidence what is known of the groups' worth; null where nothing is
 * @param structure that mask, and the probabilities it comes from; null in lines of earlier
 *     versions
 */
public record EpochReport(
    RunPhase phase,
    int epoch,
    double loss,
    double accuracy,
    double heldBackAccuracy,
    double flopsRatio,
    double imagesPerSecond,
    double seconds,
    double judgingSeconds,
    @Nullable BudgetReport budget,
    @Nullable EvidenceReport evidence,
    @Nullable StructureReport structure) {}
