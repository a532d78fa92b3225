package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.report.EpochReport;
import io.coppice.report.RoundReport;
import io.coppice.report.RunPhase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Points of {@link RoundPoint}s and {@link EpochPoint}s. */
class RunCurvesTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private final List<RoundReport> rounds = new ArrayList<>();
  private final List<EpochReport> epochs = new ArrayList<>();

  private void add(RunPhase phase, int count, int roundsPerEpoch) {
    for (int epoch = 0; epoch < count; epoch++) {
      for (int i = 0; i < roundsPerEpoch; i++) {
        rounds.add(SamplePages.round(phase, (long) epoch * roundsPerEpoch + i, epoch));
      }
      epochs.add(SamplePages.epoch(phase, epoch, NETWORK));
    }
  }

  @Test
  void of_shortRun_everyRoundIsAPointAtItsPlace() {
    add(RunPhase.TRAIN, 2, 4);
    add(RunPhase.FINE_TUNE, 1, 4);
    RunCurves curves = RunCurves.of(rounds, epochs);
    assertThat(curves.rounds()).hasSize(12);
    assertThat(curves.rounds().get(0).at()).isEqualTo(0.25);
    assertThat(curves.rounds().get(8).at()).isEqualTo(2.25);
    assertThat(curves.rounds().get(8).firstRound()).as("of its phase").isEqualTo(1);
    assertThat(curves.epochs()).extracting(EpochPoint::at).containsExactly(1, 2, 3);
    assertThat(curves.firstFineTuning()).isEqualTo(2);
    // Rounds take 0.1 s, and judging after an epoch 0.5 s.
    assertThat(curves.epochs())
        .extracting(EpochPoint::seconds)
        .satisfies(seconds -> assertThat(seconds.get(1)).isCloseTo(1.8, within(1e-9)));
    assertThat(curves.rounds().get(8).elapsedSeconds()).isCloseTo(1.9, within(1e-9));
    assertThat(curves.seconds()).isCloseTo(2.7, within(1e-9));
  }

  @Test
  void of_thousandsOfRounds_pointsAreMeansThatLoseNothing() {
    add(RunPhase.TRAIN, 500, 40);
    add(RunPhase.FINE_TUNE, 1, 7);
    RunCurves curves = RunCurves.of(rounds, epochs);
    assertThat(curves.roundsTaken()).isEqualTo(20_007);
    assertThat(curves.roundsAPoint()).isEqualTo(100);
    assertThat(curves.rounds()).hasSize(RunCurves.MOST_ROUNDS + 1);
    assertThat(curves.rounds().stream().mapToInt(RoundPoint::rounds).sum()).isEqualTo(20_007);
    assertThat(curves.rounds().stream().mapToDouble(p -> p.rounds() * p.loss()).sum())
        .isCloseTo(rounds.stream().mapToDouble(RoundReport::loss).sum(), within(1e-6));
    assertThat(curves.rounds().get(200).rounds()).as("of fine-tuning alone").isEqualTo(7);
    assertThat(curves.epochs()).hasSizeLessThanOrEqualTo(RunCurves.MOST_EPOCHS);
    assertThat(curves.epochs().get(curves.epochs().size() - 1).phase())
        .as("the last one is there")
        .isEqualTo(RunPhase.FINE_TUNE);
    assertThat(curves.epochsTaken()).isEqualTo(501);
  }

  @Test
  void of_nothing_isEmpty() {
    RunCurves curves = RunCurves.of(List.of(), List.of());
    assertThat(curves.rounds()).isEmpty();
    assertThat(curves.epochs()).isEmpty();
    assertThat(curves.firstFineTuning()).isEqualTo(-1);
    assertThat(curves.seconds()).isZero();
  }
}
