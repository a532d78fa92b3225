package io.coppice.page;

import io.coppice.report.RoundReport;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Some rounds of one phase that follow each other, as one point of the page's charts: every figure
 * is the mean of theirs.
 *
 * @param firstRound number of the first one within its phase, from 1
 * @param rounds how many they are
 * @param at epochs passed after the last one, those of earlier phases among them
 * @param elapsedSeconds wall time until then, as {@link EpochPoint#seconds}
 * @param loss of the trained masks, nats
 * @param probeLoss of the probes, nats; null where there were none
 * @param accuracy of the training
 * @param flopsRatio FLOPs of the trained masks as a share of the dense network's
 * @param expectedFlopsRatio of a mask drawn from the probabilities, likewise
 * @param compactBytes weights of the trained masks' compact networks
 * @param seconds of a round; the next five add up to it
 * @param samplingSeconds drawing masks and gathering weights
 * @param broadcastSeconds packing and sending them
 * @param computeSeconds of the busiest worker
 * @param reduceSeconds Spark's scheduling, and the results' way back
 * @param updateSeconds adding up and updating
 * @param waitSeconds the part of computing in which workers waited for the busiest one
 * @param decodeSeconds the part of computing in which images were read and decoded
 * @param driverSeconds the part of the round in which the driver itself worked
 * @param bytesOut sent to each executor
 * @param bytesBack received from all shards
 */
public record RoundPoint(
    long firstRound,
    int rounds,
    double at,
    double elapsedSeconds,
    double loss,
    @Nullable Double probeLoss,
    double accuracy,
    double flopsRatio,
    double expectedFlopsRatio,
    double compactBytes,
    double seconds,
    double samplingSeconds,
    double broadcastSeconds,
    double computeSeconds,
    double reduceSeconds,
    double updateSeconds,
    double waitSeconds,
    double decodeSeconds,
    double driverSeconds,
    double bytesOut,
    double bytesBack) {

  static RoundPoint of(List<RoundReport> some, double at, double elapsedSeconds) {
    double[] probes =
        some.stream()
            .map(RoundReport::probeLoss)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray();
    return new RoundPoint(
        some.get(0).round() + 1,
        some.size(),
        at,
        elapsedSeconds,
        mean(some, RoundReport::loss),
        probes.length == 0 ? null : Arrays.stream(probes).average().orElseThrow(),
        mean(some, RoundReport::accuracy),
        mean(some, RoundReport::flopsRatio),
        mean(some, RoundReport::expectedFlopsRatio),
        mean(some, RoundReport::compactBytes),
        mean(some, RoundReport::seconds),
        mean(some, RoundReport::samplingSeconds),
        mean(some, RoundReport::broadcastSeconds),
        mean(some, RoundReport::computeSeconds),
        mean(some, RoundReport::reduceSeconds),
        mean(some, RoundReport::updateSeconds),
        mean(some, RoundReport::waitSeconds),
        mean(some, RoundReport::decodeSeconds),
        mean(some, RoundReport::driverSeconds),
        mean(some, RoundReport::bytesOut),
        mean(some, RoundReport::bytesBack));
  }

  private static double mean(List<RoundReport> some, ToDoubleFunction<RoundReport> figure) {
    return some.stream().mapToDouble(figure).average().orElseThrow();
  }
}
