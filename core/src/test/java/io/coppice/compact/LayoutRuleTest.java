package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutRuleTest {

  private static Network network(String name) {
    int side = name.equals("resnet50") ? 224 : 32;
    return NetworkCatalogue.create(name, new Shape(3, side, side), 10, 1);
  }

  @ParameterizedTest
  @CsvSource({"vgg16, true", "wrn-28-10, true", "mobilenet, false", "resnet50, false"})
  void isMostlyFiltered_networksOfTheCatalogue_tellsThoseOfWide3x3Convolutions(
      String name, boolean expected) {
    assertThat(LayoutRule.isMostlyFiltered(network(name))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"vgg16", "wrn-28-10", "resnet20"})
  void layoutOf_narrowOrFilteredNetworks_isChannelsLast(String name) {
    assertThat(LayoutRule.layoutOf(network(name), Precision.FLOAT32))
        .isEqualTo(ActivationLayout.CHANNELS_LAST);
  }

  @Test
  void layoutOf_wideNetworkOfOtherConvolutions_isBlockedWhereRegistersHoldABlock() {
    assertThat(LayoutRule.layoutOf(network("mobilenet"), Precision.FLOAT32))
        .isEqualTo(
            KernelContext.hasAvx512()
                ? ActivationLayout.BLOCKED_16
                : ActivationLayout.CHANNELS_LAST);
  }

  @Test
  void layoutOf_bfloat16_isBlocked() {
    assertThat(LayoutRule.layoutOf(network("resnet20"), Precision.BFLOAT16))
        .isEqualTo(ActivationLayout.BLOCKED_16);
  }
}
