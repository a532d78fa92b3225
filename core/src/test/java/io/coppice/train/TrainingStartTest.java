package io.coppice.train;

import static io.coppice.train.SmallNetwork.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkExecutor;
import io.coppice.compact.Slicer;
import io.coppice.compact.Weights;
import io.coppice.exchange.StartValues;
import io.coppice.structure.Mask;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingStartTest {

  private static final int BATCH = 6;

  @Test
  void drawn_sameSeed_isTheStateBeforeTheFirstRound() {
    TrainingStart start = TrainingStart.drawn(NETWORK, 5);
    ModelState model = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 5);
    assertThat(start.known()).isEqualTo(Mask.full(NETWORK.groupChannels()));
    assertThat(start.values().parameters()).containsExactly(model.parameters());
    assertThat(start.values().statistics()).containsExactly(model.statistics());
  }

  @Test
  void of_compactNetwork_computesTheSameUnderEveryMaskThatHasItsChannels() {
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    TrainingStart trained = TrainingStart.drawn(NETWORK, 1);
    Mask mask = Mask.builder(NETWORK.groupChannels()).activate(0, 1, 2).activate(1, 0, 3).build();
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    TrainingStart start =
        TrainingStart.of(
            compact,
            new Slicer(dense.parameters(), compact.parameters())
                .gather(trained.values().parameters()),
            new Slicer(dense.statistics(), compact.statistics())
                .gather(trained.values().statistics()),
            2);
    assertThat(start.known()).isEqualTo(mask);
    double expected = loss(trained, mask);
    Mask more = mask.union(SmallNetwork.firstChannels(2));
    for (Mask wider : List.of(mask, more, Mask.full(NETWORK.groupChannels()))) {
      assertThat(loss(start, wider)).isCloseTo(expected, within(1e-6));
    }
    assertThat(loss(trained, more)).isNotCloseTo(expected, within(1e-3));
  }

  @Test
  void withoutEmptyChannels_denseNetworkOfACompactOne_knowsItsChannelsAndComputesTheSame() {
    TrainingStart drawn = TrainingStart.drawn(NETWORK, 1);
    Mask mask = Mask.builder(NETWORK.groupChannels()).activate(0, 1, 2).activate(1, 0, 3).build();
    StartValues emptied =
        new StartValues(drawn.values().parameters().clone(), drawn.values().statistics().clone());
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    Slicer slicer = new Slicer(dense.parameters(), compact.parameters());
    Arrays.fill(emptied.parameters(), 0);
    slicer.scatter(slicer.gather(drawn.values().parameters()), emptied.parameters());
    TrainingStart start = TrainingStart.withoutEmptyChannels(NETWORK, emptied, 2);
    assertThat(start.known()).isEqualTo(mask);
    assertThat(loss(start, Mask.full(NETWORK.groupChannels())))
        .isCloseTo(loss(drawn, mask), within(1e-6));
    assertThat(start.values().parameters())
        .as("removed channels could learn")
        .isNotEqualTo(emptied.parameters());
  }

  @Test
  void withoutEmptyChannels_nothingRemoved_isTheSame() {
    TrainingStart drawn = TrainingStart.drawn(NETWORK, 1);
    TrainingStart start = TrainingStart.withoutEmptyChannels(NETWORK, drawn.values(), 2);
    assertThat(start.known()).isEqualTo(drawn.known());
    assertThat(start.values()).isSameAs(drawn.values());
  }

  private static double loss(TrainingStart start, Mask mask) {
    float[] images = new float[BATCH * NETWORK.inputShape().size()];
    Random random = new Random(3);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    CompactNetwork dense = CompactNetwork.dense(NETWORK);
    CompactNetwork compact = CompactNetwork.of(NETWORK, mask);
    float[] statistics =
        new Slicer(dense.statistics(), compact.statistics()).gather(start.values().statistics());
    try (NetworkExecutor executor = new NetworkExecutor(NETWORK, BATCH)) {
      return executor
          .evaluate(
              compact,
              Weights.of(dense, start.values().parameters()),
              statistics,
              images,
              new int[] {0, 1, 2, 0, 1, 2},
              BATCH)
          .loss();
    }
  }
}
