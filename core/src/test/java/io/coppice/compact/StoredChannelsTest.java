package io.coppice.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.NetworkBuilder;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.KernelContext;
import io.coppice.structure.Mask;
import org.junit.jupiter.api.Test;

/** Blocks of 8 channels. */
class StoredChannelsTest {

  private final NetworkBuilder builder = new NetworkBuilder("test", new Shape(3, 4, 4));
  private final int left = builder.convolution("left", builder.input(), 5, 1, 1);
  private final int right = builder.convolution("right", builder.input(), 9, 1, 1);
  private final int merge = builder.add("merge", new Layer.Merge(), left, right);

  private StoredChannels[] storage(Network network, Mask mask, boolean imageIsPlain) {
    try (KernelContext context = new KernelContext(ActivationLayout.CHANNELS_LAST)) {
      return StoredChannels.ofNodes(context, CompactNetwork.of(network, mask), imageIsPlain);
    }
  }

  private Network pooled(int last) {
    return builder.linear("logits", builder.globalAveragePool("pool", last), 6);
  }

  @Test
  void ofNodes_merge_gapsOfZerosEndEachPart() {
    Network network = pooled(merge);
    StoredChannels[] storage = storage(network, Mask.full(network.groupChannels()), true);
    assertThat(storage[0]).isEqualTo(StoredChannels.plain(3));
    assertThat(storage[left]).isEqualTo(new StoredChannels(5, 8, null));
    assertThat(storage[right]).isEqualTo(new StoredChannels(9, 16, null));
    assertThat(storage[merge])
        .isEqualTo(
            new StoredChannels(
                14, 24, new int[] {0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
    assertThat(storage[network.logits().index()]).isEqualTo(StoredChannels.plain(6));
  }

  @Test
  void ofNodes_mergedPartWithoutActiveChannels_takesNoRoom() {
    Network network = pooled(merge);
    Mask onlyRight = Mask.builder(network.groupChannels()).activate(1, 2, 3).build();
    StoredChannels[] storage = storage(network, onlyRight, true);
    assertThat(storage[left]).isEqualTo(new StoredChannels(0, 0, null));
    assertThat(storage[merge]).isEqualTo(new StoredChannels(3, 8, null));
  }

  @Test
  void ofNodes_depthwiseWithMultiplier_repeatsEveryPlace() {
    int depthwise =
        builder.add(
            "depthwise", new Layer.DepthwiseConvolution(2, Window.square(1, 1, 0), false), merge);
    Network network = pooled(depthwise);
    Mask mask = Mask.builder(network.groupChannels()).activate(0, 0, 1).activate(1, 0, 1).build();
    StoredChannels[] storage = storage(network, mask, true);
    assertThat(storage[depthwise]).isEqualTo(new StoredChannels(4, 32, new int[] {0, 1, 16, 17}));
  }

  @Test
  void ofNodes_imageAsActivation_isRoundedUp() {
    Network network = pooled(merge);
    StoredChannels[] storage = storage(network, Mask.full(network.groupChannels()), false);
    assertThat(storage[0]).isEqualTo(new StoredChannels(3, 8, null));
  }
}
