package io.coppice.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private static List<String> indispensable(Network network) {
    boolean[] groups = network.indispensableGroups();
    return IntStream.range(0, groups.length)
        .filter(group -> groups[group])
        .mapToObj(group -> network.groups().get(group).name())
        .toList();
  }

  @Test
  void indispensableGroups_residualNetwork_areItsStreams() {
    Network network = NetworkCatalogue.create("resnet20", new Shape(3, 32, 32), 10, 1);
    assertThat(indispensable(network))
        .containsExactly("stem.conv", "stage2.block1.conv2", "stage3.block1.conv2");
  }

  @Test
  void indispensableGroups_chain_areAll() {
    Network network = NetworkCatalogue.create("vgg16", new Shape(3, 32, 32), 10, 1);
    assertThat(indispensable(network))
        .isEqualTo(network.groups().stream().map(ChannelGroup::name).toList());
  }

  @Test
  void indispensableGroups_mergedBranches_areThoseBeforeAndBehindThem() {
    NetworkBuilder builder = new NetworkBuilder("branches", new Shape(3, 8, 8));
    int stem = builder.convolution("stem", builder.input(), 4, 3, 1);
    int left = builder.convolution("left", stem, 4, 1, 1);
    int right = builder.convolution("right", stem, 4, 3, 1);
    int merged = builder.add("merged", new Layer.Merge(), left, right);
    int behind = builder.convolution("behind", merged, 4, 3, 1);
    Network network = builder.linear("classes", builder.globalAveragePool("pool", behind), 2);
    assertThat(indispensable(network)).containsExactly("stem", "behind");
  }
}
