package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCostTest {

  private static final Shape CIFAR = new Shape(3, 32, 32);

  /**
   * Multiply-adds in millions and parameters as published (torchvision's documentation for the
   * ImageNet networks, the papers' tables for the others), and by how much ours differ by
   * construction: VGG has no biases before its batch norms, the CIFAR ResNet projects where the
   * paper pads.
   */
  @ParameterizedTest(name = "{0} at {1}x{1}")
  @CsvSource({
    "resnet18, 224, 1000, 11_689_512, 0, 1_814",
    "resnet34, 224, 1000, 21_797_672, 0, 3_664",
    "resnet50, 224, 1000, 25_557_032, 0, 4_089",
    "mobilenet, 224, 1000, 4_231_976, 0, 569",
    "vgg11, 224, 1000, 132_868_840, -2_752, 7_609",
    "vgg13, 224, 1000, 133_053_736, -2_944, 11_308",
    "vgg16, 224, 1000, 138_365_992, -4_224, 15_470",
    "vgg19, 224, 1000, 143_678_248, -5_504, 19_632",
    "vgg16, 32, 10, 14_728_266, -4_224, 313",
    "wrn-28-10, 32, 10, 36_479_194, 0, 5_247",
    "resnet20, 32, 10, 269_722, 2_752, 41"
  })
  void cost_catalogueNetworks_isThePublishedOne(
      String name, int side, int classes, String parameters, String deviation, String millions) {
    Network network = NetworkCatalogue.create(name, new Shape(3, side, side), classes, 1);
    Mask full = Mask.full(network.groupChannels());
    assertThat(Math.round(NetworkCost.parameters(network).cost(full)))
        .isEqualTo(number(parameters) + number(deviation));
    assertThat(NetworkCost.flops(network).cost(full) / 2e6)
        .isCloseTo(number(millions), withinPercentage(0.5));
  }

  private static long number(String text) {
    return Long.parseLong(text.replace("_", ""));
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
      for (int side : new int[] {8, 28, 32, 64, 130}) {
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
}
