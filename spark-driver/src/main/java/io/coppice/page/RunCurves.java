package io.coppice.page;

import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run's course, thinned for the page: at most some hundred points, each the mean of rounds that
 * follow each other, and every so many epochs one, the last among them.
 *
 * @param epochs the points of epochs
 * @param rounds the points of rounds
 * @param epochsTaken epochs that ended
 * @param epochsAPoint one epoch of so many is among the points
 * @param roundsTaken rounds of the run
 * @param roundsAPoint the most rounds that are one point
 * @param firstFineTuning epochs passed when fine-tuning began; -1 where it did not begin
 * @param seconds wall time of all rounds, and of judging masks
 */
public record RunCurves(
    List<EpochPoint> epochs,
    List<RoundPoint> rounds,
    int epochsTaken,
    int epochsAPoint,
    long roundsTaken,
    int roundsAPoint,
    int firstFineTuning,
    double seconds) {

  /** Most points of rounds of a phase. */
  static final int MOST_ROUNDS = 200;

  /** Most points of epochs. */
  static final int MOST_EPOCHS = 120;

  static RunCurves of(List<RoundReport> rounds, List<EpochReport> epochs) {
    Map<RunPhase, Integer> epochsBefore = epochsBefore(rounds, epochs);
    Map<RunPhase, Long> roundsPerEpoch = new EnumMap<>(RunPhase.class);
    Map<RunPhase, Long> roundsOf = new EnumMap<>(RunPhase.class);
    for (RoundReport round : rounds) {
      // At an epoch's last round that is exact, before it is less.
      long perEpoch = ceilDiv(round.round() + 1, round.epoch() + 1);
      roundsPerEpoch.merge(round.phase(), perEpoch, Math::max);
      roundsOf.merge(round.phase(), 1L, Long::sum);
    }
    long most = roundsOf.values().stream().mapToLong(Long::longValue).max().orElse(0);
    int roundsAPoint = (int) Math.max(1, ceilDiv(most, MOST_ROUNDS));
    int epochsAPoint = (int) Math.max(1, ceilDiv(epochs.size(), MOST_EPOCHS));

    Map<Integer, EpochReport> endedAt = new HashMap<>();
    for (EpochReport epoch : epochs) {
      endedAt.put(epochsBefore.getOrDefault(epoch.phase(), 0) + epoch.epoch() + 1, epoch);
    }
    Map<Integer, Double> secondsAt = new HashMap<>();
    List<RoundPoint> points = new ArrayList<>();
    List<RoundReport> together = new ArrayList<>();
    double seconds = 0;
    for (int i = 0; i < rounds.size(); i++) {
      RoundReport round = rounds.get(i);
      int before = epochsBefore.getOrDefault(round.phase(), 0);
      together.add(round);
      seconds += round.seconds();
      RoundReport next = i + 1 < rounds.size() ? rounds.get(i + 1) : null;
      boolean lastOfPhase = next == null || next.phase() != round.phase();
      if (together.size() == roundsAPoint || lastOfPhase) {
        double at = before + (round.round() + 1.0) / roundsPerEpoch.getOrDefault(round.phase(), 1L);
        points.add(RoundPoint.of(together, at, seconds));
        together.clear();
      }
      if (next == null || next.phase() != round.phase() || next.epoch() != round.epoch()) {
        int at = before + round.epoch() + 1;
        EpochReport ended = endedAt.get(at);
        seconds += ended == null ? 0 : ended.judgingSeconds();
        secondsAt.put(at, seconds);
      }
    }
    return new RunCurves(
        epochPoints(epochs, epochsBefore, secondsAt, epochsAPoint),
        points,
        epochs.size(),
        epochsAPoint,
        rounds.size(),
        roundsAPoint,
        rounds.stream().anyMatch(round -> round.phase() == RunPhase.FINE_TUNE)
            ? epochsBefore.getOrDefault(RunPhase.FINE_TUNE, 0)
            : -1,
        seconds);
  }

  /** A quotient of numbers that are not negative, rounded up. */
  private static long ceilDiv(long number, long divisor) {
    return (number + divisor - 1) / divisor;
  }

  /** Epochs that passed before a phase. */
  private static Map<RunPhase, Integer> epochsBefore(
      List<RoundReport> rounds, List<EpochReport> epochs) {
    int ofTraining = 0;
    for (RoundReport round : rounds) {
      ofTraining =
          round.phase() == RunPhase.TRAIN ? Math.max(ofTraining, round.epoch() + 1) : ofTraining;
    }
    for (EpochReport epoch : epochs) {
      ofTraining =
          epoch.phase() == RunPhase.TRAIN ? Math.max(ofTraining, epoch.epoch() + 1) : ofTraining;
    }
    return Map.of(RunPhase.FINE_TUNE, ofTraining);
  }

  private static List<EpochPoint> epochPoints(
      List<EpochReport> epochs,
      Map<RunPhase, Integer> epochsBefore,
      Map<Integer, Double> secondsAt,
      int epochsAPoint) {
    List<EpochPoint> points = new ArrayList<>();
    for (int i = 0; i < epochs.size(); i++) {
      if ((epochs.size() - 1 - i) % epochsAPoint == 0) {
        EpochReport epoch = epochs.get(i);
        int at = epochsBefore.getOrDefault(epoch.phase(), 0) + epoch.epoch() + 1;
        points.add(EpochPoint.of(epoch, at, secondsAt.getOrDefault(at, 0.0)));
      }
    }
    return points;
  }
}
