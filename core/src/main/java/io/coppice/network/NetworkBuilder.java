package io.coppice.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a network layer by layer, infers shapes, and ties the channels that a sum adds into one
 * group.
 *
 * <p>Every method that adds a layer returns the index of its node, to be named as input of later
 * ones.
 */
public final class NetworkBuilder {

  private record Draft(String name, Layer layer, List<Integer> inputs, Shape shape) {}

  private final String name;
  private final List<Draft> drafts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * For each node the earlier node whose channels its own are tied to; itself where it starts a
   * group.
   */
  private final List<Integer> tiedTo = new ArrayList<>();

  public NetworkBuilder(String name, Shape input) {
    this.name = name;
    add("input", new Layer.Input(input), List.of(), input);
  }

  /** Index of the image's node. */
  public int input() {
    return 0;
  }

  /** Shape of a node's output. */
  public Shape shape(int node) {
    return drafts.get(node).shape();
  }

  public int convolution(String layerName, int input, int outputs, int kernel, int stride) {
    if (outputs < 1 || kernel < 1 || stride < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          layerName
              + ": a convolution needs outputs and stride of at least 1 and an odd kernel, found outputs "
              + outputs
              + ", kernel "
              + kernel
              + ", stride "
              + stride);
    }
    int padding = kernel / 2;
    Shape in = shape(input);
    Shape out =
        new Shape(
            outputs,
            (in.height() + 2 * padding - kernel) / stride + 1,
            (in.width() + 2 * padding - kernel) / stride + 1);
    return add(
        layerName, new Layer.Convolution(outputs, kernel, stride, padding), List.of(input), out);
  }

  /** Batch norm, followed by ReLU. */
  public int batchNormRelu(String layerName, int input) {
    return tied(layerName, new Layer.BatchNorm(true), input, shape(input));
  }

  /** Batch norm alone. */
  public int batchNorm(String layerName, int input) {
    return tied(layerName, new Layer.BatchNorm(false), input, shape(input));
  }

  public int maxPool(String layerName, int input, int kernel, int stride) {
    Shape in = shape(input);
    if (in.height() < kernel || in.width() < kernel) {
      throw new IllegalArgumentException(
          layerName + ": a " + kernel + "x" + kernel + " pool does not fit a tensor of " + in);
    }
    Shape out =
        new Shape(
            in.channels(), (in.height() - kernel) / stride + 1, (in.width() - kernel) / stride + 1);
    return tied(layerName, new Layer.MaxPool(kernel, stride), input, out);
  }

  public int globalAveragePool(String layerName, int input) {
    return tied(
        layerName, new Layer.GlobalAveragePool(), input, new Shape(shape(input).channels(), 1, 1));
  }

  /** Sum of two tensors, whose channels become one group. */
  public int sum(String layerName, int left, int right) {
    return sum(layerName, new Layer.Sum(false), left, right);
  }

  /** Sum of two tensors, whose channels become one group, followed by ReLU. */
  public int sumRelu(String layerName, int left, int right) {
    return sum(layerName, new Layer.Sum(true), left, right);
  }

  private int sum(String layerName, Layer.Sum layer, int left, int right) {
    if (!shape(left).equals(shape(right))) {
      throw new IllegalArgumentException(
          layerName
              + ": a sum needs two tensors of one shape, found "
              + shape(left)
              + " and "
              + shape(right));
    }
    int leftRoot = root(left);
    int rightRoot = root(right);
    if (leftRoot == 0 || rightRoot == 0) {
      throw new IllegalArgumentException(layerName + ": the image's own channels cannot be summed");
    }
    tiedTo.set(Math.max(leftRoot, rightRoot), Math.min(leftRoot, rightRoot));
    int node = add(layerName, layer, List.of(left, right), shape(left));
    tiedTo.set(node, Math.min(leftRoot, rightRoot));
    return node;
  }

  /** The last layer. */
  public Network linear(String layerName, int input, int outputs) {
    Shape in = shape(input);
    if (in.area() != 1) {
      throw new IllegalArgumentException(
          layerName
              + ": a linear layer reads one value a channel, found "
              + in
              + "; pool before it");
    }
    add(layerName, new Layer.Linear(outputs), List.of(input), new Shape(outputs, 1, 1));
    return build();
  }

  private int tied(String layerName, Layer layer, int input, Shape shape) {
    int node = add(layerName, layer, List.of(input), shape);
    tiedTo.set(node, root(input));
    return node;
  }

  private int add(String layerName, Layer layer, List<Integer> inputs, Shape shape) {
    if (!names.add(layerName)) {
      throw new IllegalArgumentException("two layers are named " + layerName);
    }
    drafts.add(new Draft(layerName, layer, inputs, shape));
    tiedTo.add(drafts.size() - 1);
    return drafts.size() - 1;
  }

  private int root(int node) {
    int root = node;
    while (tiedTo.get(root) != root) {
      root = tiedTo.get(root);
    }
    return root;
  }

  private Network build() {
    Map<Integer, Integer> groupOfRoot = new HashMap<>();
    List<ChannelGroup> groups = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      int group = Node.UNGROUPED;
      int root = root(i);
      if (drafts.get(root).layer() instanceof Layer.Convolution) {
        group = groupOfRoot.computeIfAbsent(root, unused -> groups.size());
        if (group == groups.size()) {
          groups.add(new ChannelGroup(group, draft.name(), draft.shape().channels(), 0));
        }
        if (draft.layer() instanceof Layer.Convolution) {
          ChannelGroup seen = groups.get(group);
          groups.set(
              group,
              new ChannelGroup(group, seen.name(), seen.channels(), seen.convolutions() + 1));
        }
      }
      nodes.add(new Node(i, draft.name(), draft.layer(), draft.inputs(), draft.shape(), group));
    }
    return new Network(name, nodes, groups);
  }
}
