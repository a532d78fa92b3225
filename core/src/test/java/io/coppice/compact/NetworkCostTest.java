package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class NetworkCostTest {

  private static final Shape CIFAR = new Shape(3, 32, 32);

  @Test
  void parameters_catalogueNetworks_areThePublishedCounts() {
    // ResNet-20 with projection shortcuts; VGG-16-BN without the 4,224 convolution biases;
    // WRN-28-10.
    assertThat(denseParameters("resnet20")).isEqualTo(272_474);
    assertThat(denseParameters("vgg16")).isEqualTo(14_728_266 - 4_224);
    assertThat(denseParameters("wrn-28-10")).isEqualTo(36_479_194);
  }

  @Test
  void flops_resnet20_isTheSumOverItsConvolutions() {
    long stage1 = 6L * 16 * 16 * 9 * 1024;
    long stage2 = (16L * 32 + 5L * 32 * 32) * 9 * 256 + 16L * 32 * 256;
    long stage3 = (32L * 64 + 5L * 64 * 64) * 9 * 64 + 32L * 64 * 64;
    long expected = 2 * (3L * 16 * 9 * 1024 + stage1 + stage2 + stage3 + 640);
    Network network = NetworkCatalogue.create("resnet20", CIFAR, 10, 1);
    assertThat(NetworkCost.flops(network).cost(Mask.full(network.groupChannels())))
        .isEqualTo(expected);
  }

  @Test
  void channels_residualNetwork_countsEveryConvolutionOnce() {
    Network network = NetworkCatalogue.create("resnet20", CIFAR, 10, 1);
    // 7 convolutions of 16 channels, 7 of 32, 7 of 64 (shortcuts included).
    assertThat(NetworkCost.channels(network).cost(Mask.full(network.groupChannels())))
        .isEqualTo(7 * 16 + 7 * 32 + 7 * 64);
  }

  @Property(tries = 30)
  void parameters_randomMask_isTheSizeOfTheCompactNetwork(
      @ForAll @LongRange(min = 0, max = 100_000) long seed) {
    RandomCase random = RandomCase.of(seed);
    assertThat(NetworkCost.parameters(random.network).cost(random.mask))
        .isCloseTo(random.compact().parameters().size(), within(1e-6));
  }

  @Test
  void create_everySizeAndWidth_builds() {
    for (String name : NetworkCatalogue.names()) {
      for (int side : new int[] {8, 28, 32, 64}) {
        Network network = NetworkCatalogue.create(name, new Shape(1, side, side + 3), 7, 0.25);
        assertThat(network.classes()).isEqualTo(7);
      }
    }
  }

  @Test
  void create_unknownName_namesTheKnownOnes() {
    assertThatThrownBy(() -> NetworkCatalogue.create("resnet21", CIFAR, 10, 1))
        .hasMessageContaining("6n + 2");
    assertThatThrownBy(() -> NetworkCatalogue.create("alexnet", CIFAR, 10, 1))
        .hasMessageContaining("alexnet")
        .hasMessageContaining("resnet20");
    assertThatThrownBy(() -> NetworkCatalogue.create("wrn-12-2", CIFAR, 10, 1))
        .hasMessageContaining("6n + 4");
    assertThatThrownBy(() -> NetworkCatalogue.create("vgg16", CIFAR, 10, 0))
        .hasMessageContaining("width");
    assertThatThrownBy(() -> NetworkCatalogue.create("vgg16", CIFAR, 1, 1))
        .hasMessageContaining("classes");
  }

  private static long denseParameters(String name) {
    Network network = NetworkCatalogue.create(name, CIFAR, 10, 1);
    return Math.round(NetworkCost.parameters(network).cost(Mask.full(network.groupChannels())));
  }
}
