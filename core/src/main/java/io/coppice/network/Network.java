package io.coppice.network;

import java.util.List;

/**
 * An immutable graph of layers in topological order, the input first and the logits last.
 *
 * @param name name in the catalogue, such as {@code resnet20}
 * @param nodes the layers; {@code nodes.get(i).index() == i}
 * @param groups the channel groups, in order of their first convolution
 */
public record Network(String name, List<Node> nodes, List<ChannelGroup> groups) {

  public Network {
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  /** Shape of one image. */
  public Shape inputShape() {
    return nodes.get(0).shape();
  }

  /** Number of classes. */
  public int classes() {
    return nodes.get(nodes.size() - 1).shape().channels();
  }

  /** Number of channels of every group. */
  public int[] groupChannels() {
    return groups.stream().mapToInt(ChannelGroup::channels).toArray();
  }
}
