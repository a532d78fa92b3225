package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Where each tensor of a compact network lies in one flat array: row-major, active channels only,
 * one tensor after the other in the order of the network's nodes. Weights of convolutions are
 * {@code (out, in, kernel, kernel)}, those of linear layers {@code (out, in)}, all others {@code
 * (channels)}.
 */
public final class TensorLayout implements RowLayout {

  /** What a tensor is for. */
  public enum Kind {
    WEIGHT,
    SCALE,
    SHIFT,
    BIAS,
    MEAN,
    VARIANCE
  }

  private static final int[] NO_AXIS = {0};

  /**
   * One tensor.
   *
   * @param name name of its node and kind, such as {@code stem.conv.weight}
   * @param kind what it is for
   * @param outputs active output channels, ascending, as indices into the full network's
   * @param inputs active input channels likewise; a single 0 where there is no such axis
   * @param kernel rows and columns of the kernel; 1 where there is none
   * @param dimensions its extents
   * @param offset position of its first value
   */
  public record Tensor(
      String name,
      Kind kind,
      int[] outputs,
      int[] inputs,
      int kernel,
      List<Integer> dimensions,
      int offset) {

    /** Number of values for each pair of an output and an input channel. */
    public int kernelArea() {
      return kernel * kernel;
    }

    /** Number of values. */
    public int size() {
      return outputs.length * inputs.length * kernelArea();
    }

    /** Number of values of an output channel. */
    public int rowSize() {
      return inputs.length * kernelArea();
    }

    Rows rows() {
      return rows(offset, rowSize());
    }

    /** The rows elsewhere: from a position on, so many values from start to start. */
    Rows rows(int start, int distance) {
      return Rows.alike(name, outputs, inputs, kernelArea(), start, distance);
    }
  }

  private final List<Tensor> tensors;
  private final int[] firstOfNode;
  private final int size;

  private TensorLayout(List<Tensor> tensors, int[] firstOfNode) {
    this.tensors = List.copyOf(tensors);
    this.firstOfNode = firstOfNode;
    this.size = tensors.stream().mapToInt(Tensor::size).sum();
  }

  /** The trained tensors of the compact network of a mask. */
  public static TensorLayout parameters(Network network, Mask mask) {
    Collector collector = new Collector(network);
    for (Node node : network.nodes()) {
      collector.startNode(node);
      int[] outputs = channels(network, node, mask);
      if (node.layer() instanceof Layer.Convolution convolution) {
        int[] inputs = channels(network, network.node(node.input()), mask);
        List<Integer> dimensions =
            List.of(outputs.length, inputs.length, convolution.kernel(), convolution.kernel());
        collector.add(node, Kind.WEIGHT, outputs, inputs, convolution.kernel(), dimensions);
      } else if (node.layer() instanceof Layer.BatchNorm) {
        collector.addVector(node, Kind.SCALE, outputs);
        collector.addVector(node, Kind.SHIFT, outputs);
      } else if (node.layer() instanceof Layer.Linear) {
        int[] inputs = channels(network, network.node(node.input()), mask);
        collector.add(
            node, Kind.WEIGHT, outputs, inputs, 1, List.of(outputs.length, inputs.length));
        collector.addVector(node, Kind.BIAS, outputs);
      }
    }
    return collector.layout();
  }

  /** The running statistics of the batch norms of the compact network of a mask. */
  public static TensorLayout statistics(Network network, Mask mask) {
    Collector collector = new Collector(network);
    for (Node node : network.nodes()) {
      collector.startNode(node);
      if (node.layer() instanceof Layer.BatchNorm) {
        int[] channels = channels(network, node, mask);
        collector.addVector(node, Kind.MEAN, channels);
        collector.addVector(node, Kind.VARIANCE, channels);
      }
    }
    return collector.layout();
  }

  /** Active channels of a node's output: all of them where no channel may be removed. */
  static int[] channels(Network network, Node node, Mask mask) {
    return node.group() == Node.UNGROUPED
        ? IntStream.range(0, node.shape().channels()).toArray()
        : mask.activeChannels(node.group());
  }

  /** All tensors, in order. */
  public List<Tensor> tensors() {
    return tensors;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Rows> rows() {
    return tensors.stream().map(Tensor::rows).toList();
  }

  @Override
  public Rows rows(int node, Kind kind) {
    return tensor(node, kind).rows();
  }

  /** The tensor of a node and kind. */
  public Tensor tensor(int node, Kind kind) {
    return tensors.get(index(node, kind));
  }

  /** Number of the tensor of a node and kind. */
  int index(int node, Kind kind) {
    for (int i = firstOfNode[node]; i < firstOfNode[node + 1]; i++) {
      if (tensors.get(i).kind() == kind) {
        return i;
      }
    }
    throw new IllegalArgumentException("node " + node + " has no tensor of kind " + kind);
  }

  private static final class Collector {
    private final List<Tensor> tensors = new ArrayList<>();
    private final int[] firstOfNode;
    private int offset;

    Collector(Network network) {
      firstOfNode = new int[network.nodes().size() + 1];
    }

    void startNode(Node node) {
      firstOfNode[node.index()] = tensors.size();
    }

    void addVector(Node node, Kind kind, int[] channels) {
      add(node, kind, channels, NO_AXIS, 1, List.of(channels.length));
    }

    void add(
        Node node, Kind kind, int[] outputs, int[] inputs, int kernel, List<Integer> dimensions) {
      String name = node.name() + "." + kind.name().toLowerCase(Locale.ROOT);
      Tensor tensor = new Tensor(name, kind, outputs, inputs, kernel, dimensions, offset);
      tensors.add(tensor);
      offset += tensor.size();
    }

    TensorLayout layout() {
      firstOfNode[firstOfNode.length - 1] = tensors.size();
      return new TensorLayout(tensors, firstOfNode);
    }
  }
}
