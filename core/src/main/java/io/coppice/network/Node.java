package io.coppice.network;

import java.util.List;

/**
 * A layer at its place in a network.
 *
 * @param index position in the network's topological order
 * @param name unique name, such as {@code stage1.block0.conv1}
 * @param layer the operation
 * @param inputs indices of the nodes it reads, all smaller than its own
 * @param shape shape of its output for one image, with all channels present
 * @param spans where the channels of its output come from, in their order
 */
public record Node(
    int index,
    String name,
    Layer layer,
    List<Integer> inputs,
    Shape shape,
    List<ChannelSpan> spans) {

  public Node {
    inputs = List.copyOf(inputs);
    spans = List.copyOf(spans);
  }

  /** The only node it reads. */
  public int input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException(name + " reads " + inputs.size() + " nodes, not one");
    }
    return inputs.get(0);
  }
}
