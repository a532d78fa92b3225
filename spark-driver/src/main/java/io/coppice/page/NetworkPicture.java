package io.coppice.page;

import io.coppice.network.ChannelGroup;
import io.coppice.network.ChannelSpan;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network layer by layer, and what a mask keeps of it.
 *
 * @param layers the convolutions and linear layers, from the image to the logits
 * @param groups the channel groups, in the network's order
 */
public record NetworkPicture(List<TrainedLayer> layers, List<Group> groups) {

  /**
   * One layer.
   *
   * @param name its name
   * @param group position of its channels' group; -1 where they are of several, or all stay
   * @param channels of its output in the dense network
   * @param kept of these; null where no mask is known yet
   */
  public record TrainedLayer(String name, int group, int channels, @Nullable Integer kept) {}

  /**
   * Channels that live and die together.
   *
   * @param name of the first layer that writes them
   * @param layers all layers that do, in their order
   * @param channels in the dense network
   * @param kept of these; null where no mask is known yet
   */
  public record Group(String name, List<String> layers, int channels, @Nullable Integer kept) {

    /** Whether several layers write into it. */
    boolean isTied() {
      return layers.size() > 1;
    }
  }

  /**
   * The picture.
   *
   * @param kept number of channels that are kept of every group; null where that is not known
   */
  static NetworkPicture of(Network network, @Nullable List<Integer> kept) {
    List<TrainedLayer> layers = new ArrayList<>();
    List<List<String>> writers = new ArrayList<>();
    network.groups().forEach(group -> writers.add(new ArrayList<>()));
    for (Node node : network.nodes()) {
      if (!isTrained(node.layer())) {
        continue;
      }
      int group = node.spans().size() == 1 ? node.spans().get(0).group() : ChannelSpan.FIXED;
      if (group != ChannelSpan.FIXED) {
        writers.get(group).add(node.name());
      }
      layers.add(
          new TrainedLayer(
              node.name(),
              group,
              node.shape().channels(),
              kept == null ? null : kept(node.spans(), kept)));
    }
    List<Group> groups = new ArrayList<>();
    for (ChannelGroup group : network.groups()) {
      groups.add(
          new Group(
              group.name(),
              List.copyOf(writers.get(group.id())),
              group.channels(),
              kept == null ? null : kept.get(group.id())));
    }
    return new NetworkPicture(layers, groups);
  }

  private static boolean isTrained(Layer layer) {
    return layer instanceof Layer.Convolution
        || layer instanceof Layer.DepthwiseConvolution
        || layer instanceof Layer.Linear;
  }

  private static int kept(List<ChannelSpan> spans, List<Integer> kept) {
    int channels = 0;
    for (ChannelSpan span : spans) {
      channels += span.isFixed() ? span.channels() : kept.get(span.group()) * span.repeats();
    }
    return channels;
  }

  /** Channels of all groups in the dense network. */
  int channels() {
    return groups.stream().mapToInt(Group::channels).sum();
  }
}
