package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.network.Network;
import io.coppice.network.NetworkCatalogue;
import io.coppice.network.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkPictureTest {

  @Test
  void of_residualNetwork_tiesLayersOfAStreamAndKeepsTheLogits() {
    Network network = NetworkCatalogue.create("resnet8", new Shape(3, 32, 32), 10, 1);
    List<Integer> kept = network.groups().stream().map(group -> group.channels() / 2).toList();
    NetworkPicture picture = NetworkPicture.of(network, kept);
    NetworkPicture.Group stem = picture.groups().get(0);
    assertThat(stem.name()).isEqualTo("stem.conv");
    assertThat(stem.layers()).containsExactly("stem.conv", "stage1.block1.conv2");
    assertThat(stem.isTied()).isTrue();
    assertThat(stem.kept()).isEqualTo(8);
    NetworkPicture.TrainedLayer logits = picture.layers().get(picture.layers().size() - 1);
    assertThat(logits.group()).isEqualTo(-1);
    assertThat(logits.kept()).isEqualTo(10);
    assertThat(picture.channels()).isEqualTo(Arrays.stream(network.groupChannels()).sum());
    for (NetworkPicture.TrainedLayer layer : picture.layers()) {
      if (layer.group() >= 0) {
        assertThat(layer.kept()).isEqualTo(layer.channels() / 2);
      }
    }
  }

  @Test
  void of_depthwiseLayers_areOfTheGroupThatTheyRead() {
    Network network = NetworkCatalogue.create("mobilenet", new Shape(3, 32, 32), 10, 0.25);
    NetworkPicture picture =
        NetworkPicture.of(network, Collections.nCopies(network.groups().size(), 3));
    assertThat(picture.layers()).hasSizeGreaterThan(picture.groups().size());
    assertThat(picture.groups().get(0).layers()).hasSize(2);
    assertThat(picture.layers().get(1).group()).isEqualTo(0);
    assertThat(picture.layers().get(1).kept()).isEqualTo(3);
  }

  @Test
  void of_noMask_keepsNothingToSay() {
    Network network = NetworkCatalogue.create("vgg11", new Shape(3, 32, 32), 10, 0.25);
    NetworkPicture picture = NetworkPicture.of(network, null);
    assertThat(picture.groups()).allMatch(group -> group.kept() == null);
    assertThat(picture.layers()).allMatch(layer -> layer.kept() == null);
  }
}
