package io.coppice.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoundModelTest {

  private static final int MB = 1_000_000;

  /** Nothing but the wire costs anything. */
  private static final RoundSpeeds ALL_AT_ONCE =
      new RoundSpeeds(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final Link LINK = new Link(100.0 * MB, 0);

  /** Eight shards of 10 MB, weights of 40 MB. */
  private static final RoundLoad LOAD =
      new RoundLoad(8, 2, 16, 3e9, 1e6, 60, 40 * MB, 10 * MB, 50 * MB);

  @Test
  void time_wireAlone_driverSendsEveryExecutorOneBlockAndReceivesEveryShard() {
    RoundTime time = new RoundModel(ALL_AT_ONCE, 4 * MB).time(LOAD, 8, 1, LINK, false);
    assertThat(time.out()).isCloseTo((8 * 4 + 36) / 100.0, within(1e-9));
    assertThat(time.reduce()).isCloseTo(8 * 10 / 100.0, within(1e-9));
    assertThat(time.seconds()).isCloseTo(time.out() + time.reduce(), within(1e-9));
    assertThat(time.computeShare()).isZero();
  }

  @Test
  void time_wireAloneAddedOnExecutors_eachSendsItsOwnAndDriverReceivesOneSum() {
    RoundTime time = new RoundModel(ALL_AT_ONCE).time(LOAD, 4, 2, LINK, true);
    assertThat(time.reduce()).isCloseTo(2 * 10 * 3 / 4 / 100.0 + 10 / 100.0, within(1e-9));
  }

  @Test
  void time_moreShardsThanCores_computesInWaves() {
    RoundSpeeds compute = new RoundSpeeds(0, 0, 0, 0, 0, 0, 0, 0, 0, 1e-3, 1e-10, 1e-8, 1e-9);
    RoundModel model = new RoundModel(compute);
    double task = 2 * (60 * 1e-3 + 10 * MB * 1e-9 + 16 * (3e9 * 1e-10 + 1e6 * 1e-8));
    assertThat(model.taskCompute(LOAD)).isCloseTo(task, within(1e-9));
    assertThat(model.time(LOAD, 3, 1, Link.NONE, false).compute())
        .isCloseTo(3 * task, within(1e-9));
    assertThat(model.time(LOAD, 8, 4, Link.NONE, false).compute()).isCloseTo(task, within(1e-9));
  }

  @Test
  void time_addedOnExecutors_hasASecondStage() {
    RoundSpeeds scheduling = new RoundSpeeds(0, 0, 0, 0, 0, 1, 0.01, 0, 0, 0, 0, 0, 0);
    RoundModel model = new RoundModel(scheduling);
    assertThat(model.time(LOAD, 8, 1, Link.NONE, false).scheduling()).isCloseTo(1.08, within(1e-9));
    // Eight slices, and what the shards tell besides.
    assertThat(model.time(LOAD, 8, 1, Link.NONE, true).scheduling()).isCloseTo(2.17, within(1e-9));
  }

  @Property(tries = 200)
  void time_fasterCoresOrLink_isNotLonger(
      @ForAll @IntRange(min = 1, max = 300) int shards,
      @ForAll @IntRange(min = 1, max = 300) int executors,
      @ForAll @IntRange(min = 1, max = 64) int cores,
      @ForAll boolean addedOnExecutors) {
    RoundLoad load = LOAD.withShards(shards);
    RoundTime slow =
        new RoundModel(RoundSpeeds.MEASURED)
            .time(load, executors, cores, Link.ofGigabits(1), addedOnExecutors);
    RoundTime fast =
        new RoundModel(RoundSpeeds.MEASURED.withCores(2))
            .time(load, executors, cores, Link.ofGigabits(10), addedOnExecutors);
    assertThat(fast.compute()).isCloseTo(slow.compute() / 2, within(1e-9));
    assertThat(fast.out()).isLessThan(slow.out());
    assertThat(fast.seconds()).isLessThan(slow.seconds());
  }

  @Test
  void isShorterAddedOnExecutors_slowLinkAndManyLargeSums_isTrue() {
    RoundModel model = new RoundModel(RoundSpeeds.MEASURED);
    assertThat(model.isShorterAddedOnExecutors(64, 20L * MB, Link.ofGigabits(1))).isTrue();
    assertThat(model.isShorterAddedOnExecutors(2, 1000, Link.ofGigabits(1))).isFalse();
    assertThat(model.isShorterAddedOnExecutors(1, 100L * MB, Link.ofGigabits(1)))
        .as("there is nothing to add")
        .isFalse();
  }
}
