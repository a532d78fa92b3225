package io.coppice.network;

import java.util.List;

/**
 * An immutable graph of layers in topological order, the input first and the logits last. Made by a
 * {@link NetworkBuilder}, which infers shapes and channel groups.
 *
 * @param name such as {@code resnet20}
 * @param nodes the layers; {@code nodes.get(i).index() == i}
 * @param groups the channel groups, in order of their first layer
 * @param keep patterns of the names of layers whose channels all stay, see {@link #keeping}
 */
public record Network(String name, List<Node> nodes, List<ChannelGroup> groups, List<String> keep) {

  public Network {
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
    keep = List.copyOf(keep);
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  /** The node of the logits. */
  public Node logits() {
    return nodes.get(nodes.size() - 1);
  }

  /** Shape of one image. */
  public Shape inputShape() {
    return nodes.get(0).shape();
  }

  /** Number of classes. */
  public int classes() {
    return logits().shape().channels();
  }

  /** Number of channels of every group. */
  public int[] groupChannels() {
    return groups.stream().mapToInt(ChannelGroup::channels).toArray();
  }

  /**
   * For each group whether nothing of the image gets through to the logits without it, whatever
   * else is there: there is no way round it, as there is round a residual branch.
   */
  public boolean[] indispensableGroups() {
    boolean[] indispensable = new boolean[groups.size()];
    for (ChannelGroup group : groups) {
      boolean[] carries = new boolean[nodes.size()];
      for (Node node : nodes) {
        boolean fed =
            node.inputs().isEmpty() || node.inputs().stream().anyMatch(input -> carries[input]);
        carries[node.index()] =
            fed && node.spans().stream().anyMatch(span -> span.group() != group.id());
      }
      indispensable[group.id()] = !carries[logits().index()];
    }
    return indispensable;
  }

  /**
   * The same network in which the channels of some layers, and all that are tied to them, are not
   * to be removed.
   *
   * @param patterns names of layers, in which {@code *} stands for any characters, such as {@code
   *     stem.*}; in addition to those that are kept already
   * @throws InvalidNetworkException if a pattern fits no layer
   */
  public Network keeping(List<String> patterns) {
    if (patterns.isEmpty()) {
      return this;
    }
    NetworkBuilder builder = new NetworkBuilder(name, inputShape());
    for (Node node : nodes.subList(1, nodes.size())) {
      builder.add(node.name(), node.layer(), node.inputs());
    }
    return builder.keep(keep).keep(patterns).build();
  }
}
