package io.coppice.page;

import io.coppice.report.BudgetReport;
import io.coppice.report.EpochReport;
import io.coppice.report.RunPhase;
import io.coppice.report.StructureReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An epoch on the page, whose figures are those of its line in {@code metrics.jsonl}.
 *
 * @param phase that it belongs to
 * @param at epochs passed at its end, those of earlier phases among them
 * @param seconds wall time of the rounds, and of judging masks, until then
 * @param loss mean training loss, nats
 * @param accuracy of the training
 * @param heldBackAccuracy on the images held back
 * @param flopsRatio FLOPs of the most probable mask as a share of the dense network's
 * @param imagesPerSecond training images seen in a second
 * @param budget what that mask keeps of the budget; null where that is not known
 * @param varianceOverPairs of the estimates of the groups' worth; null where there are none
 * @param probabilities units by tenths of their probability; null where none are learned
 */
public record EpochPoint(
    RunPhase phase,
    int at,
    double seconds,
    double loss,
    double accuracy,
    double heldBackAccuracy,
    double flopsRatio,
    double imagesPerSecond,
    @Nullable BudgetReport budget,
    @Nullable Double varianceOverPairs,
    @Nullable List<Integer> probabilities) {

  static EpochPoint of(EpochReport epoch, int at, double seconds) {
    StructureReport structure = epoch.structure();
    return new EpochPoint(
        epoch.phase(),
        at,
        seconds,
        epoch.loss(),
        epoch.accuracy(),
        epoch.heldBackAccuracy(),
        epoch.flopsRatio(),
        epoch.imagesPerSecond(),
        epoch.budget(),
        epoch.evidence() == null ? null : epoch.evidence().varianceOverPairs(),
        structure == null ? null : structure.probabilities());
  }
}
