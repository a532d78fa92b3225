package io.coppice.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Builds a network layer by layer, infers shapes, and finds the channel groups: a convolution or a
 * linear layer begins one, a sum ties two, a merge puts them side by side, everything else passes
 * on those of its input.
 *
 * <p>Every method that adds a layer returns the index of its node, to be named as input of later
 * ones. The last layer gives the logits.
 */
public final class NetworkBuilder {

  private final String name;
  private final List<LayerDraft> drafts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<String> keep = new ArrayList<>();
  private final ChannelTies ties = new ChannelTies();

  public NetworkBuilder(String name, Shape input) {
    this(name, "input", input);
  }

  /**
   * @param inputName name of the image's node
   */
  public NetworkBuilder(String name, String inputName, Shape input) {
    this.name = name;
    add(inputName, new Layer.Input(input), List.of());
  }

  /** Index of the image's node. */
  public int input() {
    return 0;
  }

  /** Shape of a node's output. */
  public Shape shape(int node) {
    return drafts.get(node).shape();
  }

  /** A square convolution of an odd kernel without bias, padded to keep the size. */
  public int convolution(String layerName, int input, int outputs, int kernel, int stride) {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new InvalidNetworkException(
          layerName + ": a convolution padded to keep its size has an odd kernel, found " + kernel);
    }
    return add(
        layerName,
        new Layer.Convolution(outputs, Window.square(kernel, stride, kernel / 2), false),
        input);
  }

  /** A square depthwise convolution of an odd kernel without bias, padded to keep the size. */
  public int depthwiseConvolution(String layerName, int input, int kernel, int stride) {
    return add(
        layerName,
        new Layer.DepthwiseConvolution(1, Window.square(kernel, stride, kernel / 2), false),
        input);
  }

  /** Batch norm, followed by ReLU. */
  public int batchNormRelu(String layerName, int input) {
    return batchNorm(layerName, input, true);
  }

  /** Batch norm alone. */
  public int batchNorm(String layerName, int input) {
    return batchNorm(layerName, input, false);
  }

  private int batchNorm(String layerName, int input, boolean relu) {
    return add(
        layerName,
        new Layer.BatchNorm(
            relu, Layer.BatchNorm.DEFAULT_EPSILON, Layer.BatchNorm.DEFAULT_MOMENTUM),
        input);
  }

  /** The maximum of square windows without padding. */
  public int maxPool(String layerName, int input, int kernel, int stride) {
    return add(
        layerName,
        new Layer.Pool(Layer.Pool.Kind.MAXIMUM, Window.square(kernel, stride, 0)),
        input);
  }

  /** The mean of all positions of every channel. */
  public int globalAveragePool(String layerName, int input) {
    return add(layerName, new Layer.GlobalPool(Layer.GlobalPool.Kind.MEAN), input);
  }

  /** Sum of two tensors, whose channels become one group. */
  public int sum(String layerName, int left, int right) {
    return add(layerName, new Layer.Sum(false), left, right);
  }

  /** Sum of two tensors, whose channels become one group, followed by ReLU. */
  public int sumRelu(String layerName, int left, int right) {
    return add(layerName, new Layer.Sum(true), left, right);
  }

  /** The last layer: a linear one with bias that reads one value a channel. */
  public Network linear(String layerName, int input, int outputs) {
    Shape in = shape(input);
    if (in.area() != 1) {
      throw new InvalidNetworkException(
          layerName + ": a classifier reads one value a channel, found " + in + "; pool before it");
    }
    add(layerName, new Layer.Linear(outputs, true), input);
    return build();
  }

  /**
   * Adds any layer.
   *
   * @throws InvalidNetworkException if the layer does not fit what it reads
   */
  public int add(String layerName, Layer layer, Integer... inputs) {
    return add(layerName, layer, List.of(inputs));
  }

  /**
   * Adds any layer.
   *
   * @throws InvalidNetworkException if the layer does not fit what it reads
   */
  public int add(String layerName, Layer layer, List<Integer> inputs) {
    if (!names.add(layerName)) {
      throw new InvalidNetworkException("two layers are named " + layerName);
    }
    int node = drafts.size();
    for (int input : inputs) {
      if (input < 0 || input >= node) {
        throw new InvalidNetworkException(
            layerName + ": reads node " + input + ", expected one of the " + node + " before it");
      }
    }
    ties.add();
    try {
      drafts.add(layer.accept(new LayerFitting(layerName, node, inputs, drafts, ties)));
    } catch (InvalidNetworkException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(layerName + ":")
          ? e
          : new InvalidNetworkException(layerName + ": " + message);
    }
    return node;
  }

  /**
   * Says which channels are not to be removed.
   *
   * @param patterns names of layers, in which {@code *} stands for any characters
   */
  public NetworkBuilder keep(List<String> patterns) {
    for (String pattern : patterns) {
      if (!keep.contains(pattern)) {
        keep.add(pattern);
      }
    }
    return this;
  }

  /**
   * The network of the layers so far, the last of which gives the logits.
   *
   * @throws InvalidNetworkException if it is not whole
   */
  public Network build() {
    requireWhole();
    Set<Integer> fixed = fixedRoots();
    Map<Integer, Integer> groupOfRoot = new HashMap<>();
    List<ChannelGroup> groups = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      LayerDraft draft = drafts.get(i);
      List<ChannelSpan> spans = new ArrayList<>();
      for (LayerDraft.OpenSpan span : draft.spans()) {
        int root = ties.root(span.origin());
        int group = ChannelSpan.FIXED;
        if (!fixed.contains(root)) {
          group = groupOfRoot.computeIfAbsent(root, unused -> groups.size());
          if (group == groups.size()) {
            groups.add(new ChannelGroup(group, draft.name(), span.members()));
          }
        }
        spans.add(new ChannelSpan(group, span.members(), span.repeats()));
      }
      nodes.add(new Node(i, draft.name(), draft.layer(), draft.inputs(), draft.shape(), spans));
    }
    return new Network(name, nodes, groups, keep);
  }

  private void requireWhole() {
    LayerDraft last = drafts.get(drafts.size() - 1);
    if (drafts.size() < 2 || last.shape().area() != 1) {
      throw new InvalidNetworkException(
          last.name()
              + ": the last layer gives one value for each class, found "
              + last.shape()
              + "; end with a linear layer or a global pool");
    }
    Set<Integer> read = new HashSet<>();
    drafts.forEach(draft -> read.addAll(draft.inputs()));
    for (int node = 0; node < drafts.size() - 1; node++) {
      if (!read.contains(node)) {
        throw new InvalidNetworkException(
            drafts.get(node).name() + ": no layer reads it, and only the last one gives a result");
      }
    }
  }

  /** The origins of the channels that always stay: image, logits, and what is to be kept. */
  private Set<Integer> fixedRoots() {
    Set<Integer> fixed = new HashSet<>();
    fixed.add(ties.root(0));
    drafts.get(drafts.size() - 1).spans().forEach(span -> fixed.add(ties.root(span.origin())));
    for (String pattern : keep) {
      Pattern regex =
          Pattern.compile(
              Arrays.stream(pattern.split("\\*", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
      List<LayerDraft> fitting =
          drafts.stream().filter(draft -> regex.matcher(draft.name()).matches()).toList();
      if (fitting.isEmpty()) {
        throw new InvalidNetworkException(
            "no layer of "
                + name
                + " is named '"
                + pattern
                + "', of which the channels shall stay; its layers are "
                + new TreeSet<>(names));
      }
      fitting.forEach(draft -> draft.spans().forEach(span -> fixed.add(ties.root(span.origin()))));
    }
    return fixed;
  }
}
