package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.report.RoundReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalStepsTest {

  private static final Map<String, String> TWO_STEPS = Map.of("distribution.localSteps", "2");

  @Test
  void run_twoLocalSteps_everyImageOnceAnEpochInFewerRounds() throws IOException {
    SmallRun.Outcome one = SmallRun.undisturbed(Map.of());
    SmallRun.Outcome two = SmallRun.undisturbed(TWO_STEPS);
    // 3 minibatches an epoch: a round of two and one of one, in 2 epochs and one of fine-tuning.
    assertThat(one.rounds()).hasSize(9);
    assertThat(two.rounds().stream().map(RoundReport::localSteps))
        .containsExactly(2, 1, 2, 1, 2, 1);
    assertThat(images(two)).isEqualTo(images(one));
    assertThat(two.epochs()).hasSameSizeAs(one.epochs());
    assertThat(two.rounds()).allMatch(round -> Double.isFinite(round.loss()));
  }

  @Test
  void run_twoLocalStepsOnAnyCluster_sameBits() throws IOException {
    SmallRun.assertSameBits(
        SmallRun.run("local-cluster[2,1,1024]", TWO_STEPS), SmallRun.undisturbed(TWO_STEPS));
  }

  @Test
  void run_twoLocalStepsSampledPerShard_sameBitsOnOneCoreAndThree() throws IOException {
    Map<String, String> settings =
        Map.of(
            "distribution.localSteps", "2",
            "distribution.masks", "per-shard",
            "structure.strategy", "sampled",
            "structure.granularity", "1");
    SmallRun.assertSameBits(SmallRun.run("local[1]", settings), SmallRun.run("local[3]", settings));
  }

  @Test
  void run_moreLocalStepsThanAnEpochHas_isOneRoundAnEpoch() throws IOException {
    SmallRun.Outcome outcome = SmallRun.run("local[2]", Map.of("distribution.localSteps", "100"));
    assertThat(outcome.rounds().stream().map(RoundReport::localSteps)).containsExactly(3, 3, 3);
  }

  @Test
  void run_anyRound_partsAddUpToItsTime() throws IOException {
    for (Map<String, String> settings : List.of(Map.<String, String>of(), TWO_STEPS)) {
      for (RoundReport round : SmallRun.undisturbed(settings).rounds()) {
        double parts =
            round.samplingSeconds()
                + round.broadcastSeconds()
                + round.computeSeconds()
                + round.reduceSeconds()
                + round.updateSeconds();
        assertThat(parts).isBetween(0.999 * round.seconds(), 1.001 * round.seconds());
        assertThat(round.driverSeconds())
            .isBetween(
                round.samplingSeconds() + round.broadcastSeconds() + round.updateSeconds(),
                round.seconds());
        assertThat(round.waitSeconds()).isBetween(0.0, round.computeSeconds());
        assertThat(round.decodeSeconds()).isPositive().isLessThan(round.computeSeconds());
        assertThat(round.bytesOut()).isGreaterThan(round.compactBytes() / 2);
        assertThat(round.bytesBack()).isGreaterThan(3 * round.compactBytes());
      }
    }
  }

  private static int images(SmallRun.Outcome outcome) {
    return outcome.rounds().stream().mapToInt(RoundReport::images).sum();
  }
}
