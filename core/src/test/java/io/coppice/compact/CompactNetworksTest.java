package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompactNetworksTest {

  private static final Network NETWORK =
      NetworkCatalogue.create("resnet8", new Shape(1, 8, 8), 3, 1);

  private final CompactNetworks networks = new CompactNetworks(NETWORK);

  private static Mask mask(int number) {
    return Mask.builder(NETWORK.groupChannels())
        .activate(0, number % 16, 1)
        .activate(1, number / 16, 1)
        .build();
  }

  @Test
  void of_equalMasks_isMadeOnce() {
    CompactNetwork compact = networks.of(mask(3));
    assertThat(networks.of(mask(3))).isSameAs(compact);
    assertThat(compact.parameters().tensors())
        .usingRecursiveComparison()
        .isEqualTo(CompactNetwork.of(NETWORK, mask(3)).parameters().tensors());
    assertThat(networks.parametersOf(List.of(mask(3)))).isSameAs(compact.parameters());
  }

  @Test
  void parametersOf_equalMasks_isMadeOnce() {
    List<Mask> masks = List.of(mask(1), mask(2));
    RowLayout layout = networks.parametersOf(masks);
    assertThat(networks.parametersOf(List.of(mask(1), mask(2)))).isSameAs(layout);
    assertThat(layout.size()).isEqualTo(UnionLayout.parameters(NETWORK, masks).size());
  }

  @Test
  void of_manyMasks_keepsThoseOfTheLatestThatWereAskedFor() {
    CompactNetwork inUse = networks.of(mask(0));
    CompactNetwork forgotten = networks.of(mask(1));
    IntStream.range(2, 60)
        .forEach(
            number -> {
              networks.of(mask(number));
              networks.of(mask(0));
            });
    assertThat(networks.of(mask(0))).isSameAs(inUse);
    assertThat(networks.of(mask(1))).isNotSameAs(forgotten);
  }
}
