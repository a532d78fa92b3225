package io.coppice.compact;

import io.coppice.network.InvalidNetworkException;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where each tensor of a compact network lies in one flat array: row-major, active channels only,
 * one tensor after the other in the order of the network's nodes. Weights of convolutions are
 * {@code (out, in, height, width)} with an {@code in} of 1 where they are depthwise, those of
 * linear layers {@code (out, in)} or, where their input has more than one position, {@code (out,
 * in, height, width)}, all others {@code (channels)}.
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

  /** The longest array that every Java platform makes. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  /**
   * One tensor.
   *
   * @param name name of its node and kind, such as {@code stem.conv.weight}
   * @param kind what it is for
   * @param outputs active output channels, ascending, as indices into the full network's
   * @param inputs active input channels likewise; a single 0 where there is no such axis
   * @param kernelArea number of values for each pair of an output and an input channel
   * @param dimensions its extents
   * @param offset position of its first value
   */
  public record Tensor(
      String name,
      Kind kind,
      int[] outputs,
      int[] inputs,
      int kernelArea,
      List<Integer> dimensions,
      int offset) {

    /** Number of values. */
    public int size() {
      return outputs.length * rowSize();
    }

    /** Number of values of an output channel. */
    public int rowSize() {
      return inputs.length * kernelArea;
    }

    Rows rows() {
      return rows(offset, rowSize());
    }

    /** The rows elsewhere: from a position on, so many values from start to start. */
    Rows rows(int start, int distance) {
      return Rows.alike(name, outputs, inputs, kernelArea, start, distance);
    }
  }

  private final List<Tensor> tensors;
  private final int[] firstOfNode;
  private final int size;

  /** Made when they are asked for first; whoever else asks at that moment makes the same. */
  private @Nullable List<Rows> rows;

  private TensorLayout(List<Tensor> tensors, int[] firstOfNode) {
    this.tensors = List.copyOf(tensors);
    this.firstOfNode = firstOfNode;
    this.size = tensors.stream().mapToInt(Tensor::size).sum();
  }

  /**
   * The trained tensors of the compact network of a mask.
   *
   * @throws InvalidNetworkException if they have more values than an array can
   */
  public static TensorLayout parameters(Network network, Mask mask) {
    Collector collector = new Collector(network);
    for (Node node : network.nodes()) {
      collector.startNode(node);
      node.layer().accept(new Parameters(network, mask, node, collector));
    }
    return collector.layout();
  }

  /** The running statistics of the batch norms of the compact network of a mask. */
  public static TensorLayout statistics(Network network, Mask mask) {
    Collector collector = new Collector(network);
    for (Node node : network.nodes()) {
      collector.startNode(node);
      if (node.layer() instanceof Layer.BatchNorm) {
        int[] channels = ActiveChannels.of(node, mask);
        collector.addVector(node, Kind.MEAN, channels);
        collector.addVector(node, Kind.VARIANCE, channels);
      }
    }
    return collector.layout();
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
    List<Rows> made = rows;
    if (made == null) {
      made = tensors.stream().map(Tensor::rows).toList();
      rows = made;
    }
    return made;
  }

  @Override
  public Rows rows(int node, Kind kind) {
    return rows().get(index(node, kind));
  }

  /** The tensor of a node and kind. */
  public Tensor tensor(int node, Kind kind) {
    return tensors.get(index(node, kind));
  }

  /** The tensors of a node, in order. */
  public List<Tensor> tensors(int node) {
    return tensors.subList(firstOfNode[node], firstOfNode[node + 1]);
  }

  /** Whether a node has any tensor. */
  boolean hasTensors(int node) {
    return firstOfNode[node + 1] > firstOfNode[node];
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

  /** Adds what each kind of layer trains. */
  private record Parameters(Network network, Mask mask, Node node, Collector collector)
      implements Layer.TrainedVisitor<Collector> {

    private int[] outputs() {
      return ActiveChannels.of(node, mask);
    }

    private int[] inputs() {
      return ActiveChannels.of(network.node(node.input()), mask);
    }

    private Collector addWeights(int[] inputs, Window window, boolean bias) {
      int[] outputs = outputs();
      collector.add(
          node,
          Kind.WEIGHT,
          outputs,
          inputs,
          window.area(),
          List.of(outputs.length, inputs.length, window.height(), window.width()));
      return addBias(outputs, bias);
    }

    private Collector addBias(int[] outputs, boolean bias) {
      if (bias) {
        collector.addVector(node, Kind.BIAS, outputs);
      }
      return collector;
    }

    @Override
    public Collector untrained(Layer layer) {
      return collector;
    }

    @Override
    public Collector visit(Layer.Convolution convolution) {
      return addWeights(inputs(), convolution.window(), convolution.bias());
    }

    @Override
    public Collector visit(Layer.DepthwiseConvolution convolution) {
      return addWeights(NO_AXIS, convolution.window(), convolution.bias());
    }

    @Override
    public Collector visit(Layer.BatchNorm norm) {
      int[] channels = outputs();
      collector.addVector(node, Kind.SCALE, channels);
      collector.addVector(node, Kind.SHIFT, channels);
      return collector;
    }

    @Override
    public Collector visit(Layer.Linear linear) {
      Shape source = network.node(node.input()).shape();
      if (source.area() > 1) {
        return addWeights(inputs(), Window.whole(source), linear.bias());
      }
      int[] outputs = outputs();
      int[] inputs = inputs();
      collector.add(node, Kind.WEIGHT, outputs, inputs, 1, List.of(outputs.length, inputs.length));
      return addBias(outputs, linear.bias());
    }
  }

  private static final class Collector {
    private final Network network;
    private final List<Tensor> tensors = new ArrayList<>();
    private final int[] firstOfNode;
    private int offset;

    Collector(Network network) {
      this.network = network;
      firstOfNode = new int[network.nodes().size() + 1];
    }

    void startNode(Node node) {
      firstOfNode[node.index()] = tensors.size();
    }

    void addVector(Node node, Kind kind, int[] channels) {
      add(node, kind, channels, NO_AXIS, 1, List.of(channels.length));
    }

    void add(
        Node node,
        Kind kind,
        int[] outputs,
        int[] inputs,
        int kernelArea,
        List<Integer> dimensions) {
      double end = offset + (double) outputs.length * inputs.length * kernelArea;
      if (end > LARGEST) {
        throw new InvalidNetworkException(
            network.name()
                + ": at most "
                + LARGEST
                + " parameters are possible, and "
                + node.name()
                + " brings them to "
                + (long) end);
      }
      String name = node.name() + "." + kind.name().toLowerCase(Locale.ROOT);
      Tensor tensor = new Tensor(name, kind, outputs, inputs, kernelArea, dimensions, offset);
      tensors.add(tensor);
      offset += tensor.size();
    }

    TensorLayout layout() {
      firstOfNode[firstOfNode.length - 1] = tensors.size();
      return new TensorLayout(tensors, firstOfNode);
    }
  }
}
