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

  /** Channels from one place, as long as it is open which of them will be tied. */
  private record OpenSpan(int origin, int members, int repeats) {}

  private record Draft(
      String name, Layer layer, List<Integer> inputs, Shape shape, List<OpenSpan> spans) {}

  private final String name;
  private final List<Draft> drafts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<String> keep = new ArrayList<>();

  /** For each node that begins a span the earlier one that it is tied to, or itself. */
  private final List<Integer> tiedTo = new ArrayList<>();

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
    tiedTo.add(node);
    try {
      Draft draft = layer.accept(new Fitting(layerName, node, inputs));
      drafts.add(draft);
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

  /** What a layer makes of what it reads. */
  private final class Fitting implements Layer.Visitor<Draft> {
    private final String layerName;
    private final int node;
    private final List<Integer> inputs;

    Fitting(String layerName, int node, List<Integer> inputs) {
      this.layerName = layerName;
      this.node = node;
      this.inputs = inputs;
    }

    private Draft draft(Layer layer, Shape shape, List<OpenSpan> spans) {
      return new Draft(layerName, layer, inputs, shape, spans);
    }

    private Draft ofOwnChannels(Layer layer, Shape shape) {
      return draft(layer, shape, List.of(new OpenSpan(node, shape.channels(), 1)));
    }

    private Draft passingOn(Layer layer, Shape shape) {
      return draft(layer, shape, only().spans());
    }

    private Draft only() {
      requireInputs(1);
      return drafts.get(inputs.get(0));
    }

    private void requireInputs(int count) {
      if (inputs.size() != count) {
        throw new InvalidNetworkException(
            layerName + ": reads " + inputs.size() + " layers, expected " + count);
      }
    }

    private Shape seenBy(Window window, int channels) {
      Shape in = only().shape();
      int height = window.outputHeight(in.height());
      int width = window.outputWidth(in.width());
      if (height < 1 || width < 1) {
        throw new InvalidNetworkException(
            layerName + ": a window of " + window + " does not fit a tensor of " + in);
      }
      return new Shape(channels, height, width);
    }

    @Override
    public Draft visit(Layer.Input input) {
      if (node != 0) {
        throw new InvalidNetworkException(layerName + ": a network has one input");
      }
      requireInputs(0);
      return ofOwnChannels(input, input.shape());
    }

    @Override
    public Draft visit(Layer.Convolution convolution) {
      return ofOwnChannels(convolution, seenBy(convolution.window(), convolution.outputs()));
    }

    @Override
    public Draft visit(Layer.DepthwiseConvolution convolution) {
      int multiplier = convolution.multiplier();
      long channels = (long) only().shape().channels() * multiplier;
      if (channels > Integer.MAX_VALUE) {
        throw new InvalidNetworkException(layerName + ": gives too many channels, " + channels);
      }
      List<OpenSpan> spans =
          only().spans().stream()
              .map(s -> new OpenSpan(s.origin(), s.members(), s.repeats() * multiplier))
              .toList();
      return draft(convolution, seenBy(convolution.window(), (int) channels), spans);
    }

    @Override
    public Draft visit(Layer.BatchNorm norm) {
      return passingOn(norm, only().shape());
    }

    @Override
    public Draft visit(Layer.Activation activation) {
      return passingOn(activation, only().shape());
    }

    @Override
    public Draft visit(Layer.Pool pool) {
      return passingOn(pool, seenBy(pool.window(), only().shape().channels()));
    }

    @Override
    public Draft visit(Layer.GlobalPool pool) {
      return passingOn(pool, new Shape(only().shape().channels(), 1, 1));
    }

    @Override
    public Draft visit(Layer.Sum sum) {
      requireInputs(2);
      Draft left = drafts.get(inputs.get(0));
      Draft right = drafts.get(inputs.get(1));
      if (!left.shape().equals(right.shape())) {
        throw new InvalidNetworkException(
            layerName
                + ": a sum needs two tensors of one shape, found "
                + left.shape()
                + " and "
                + right.shape());
      }
      if (!composition(left).equals(composition(right))) {
        throw new InvalidNetworkException(
            layerName
                + ": a sum ties channel to channel, so both sides must be merged of equal parts, found "
                + composition(left)
                + " of "
                + left.name()
                + " and "
                + composition(right)
                + " of "
                + right.name()
                + "; put a 1x1 convolution behind the merge");
      }
      for (int i = 0; i < left.spans().size(); i++) {
        int leftRoot = root(left.spans().get(i).origin());
        int rightRoot = root(right.spans().get(i).origin());
        tiedTo.set(Math.max(leftRoot, rightRoot), Math.min(leftRoot, rightRoot));
      }
      return draft(sum, left.shape(), left.spans());
    }

    private List<String> composition(Draft draft) {
      return draft.spans().stream()
          .map(span -> span.members() + (span.repeats() == 1 ? "" : "*" + span.repeats()))
          .toList();
    }

    @Override
    public Draft visit(Layer.Merge merge) {
      if (inputs.size() < 2) {
        throw new InvalidNetworkException(
            layerName + ": a merge reads at least 2 layers, found " + inputs.size());
      }
      Shape first = drafts.get(inputs.get(0)).shape();
      List<OpenSpan> spans = new ArrayList<>();
      long channels = 0;
      for (int input : inputs) {
        Draft part = drafts.get(input);
        if (part.shape().height() != first.height() || part.shape().width() != first.width()) {
          throw new InvalidNetworkException(
              layerName
                  + ": a merge needs tensors of as many rows and columns, found "
                  + first
                  + " and "
                  + part.shape());
        }
        spans.addAll(part.spans());
        channels += part.shape().channels();
      }
      if (channels > Integer.MAX_VALUE) {
        throw new InvalidNetworkException(layerName + ": gives too many channels, " + channels);
      }
      return draft(merge, new Shape((int) channels, first.height(), first.width()), spans);
    }

    @Override
    public Draft visit(Layer.ZeroPadding padding) {
      Shape in = only().shape();
      return passingOn(
          padding,
          new Shape(
              in.channels(),
              extended(in.height(), padding.top(), padding.bottom()),
              extended(in.width(), padding.left(), padding.right())));
    }

    private int extended(int side, int before, int after) {
      return (int) Math.min(Integer.MAX_VALUE, (long) side + before + after);
    }

    @Override
    public Draft visit(Layer.Dropout dropout) {
      return passingOn(dropout, only().shape());
    }

    @Override
    public Draft visit(Layer.Linear linear) {
      requireInputs(1);
      return ofOwnChannels(linear, new Shape(linear.outputs(), 1, 1));
    }
  }

  private int root(int node) {
    int root = node;
    while (tiedTo.get(root) != root) {
      root = tiedTo.get(root);
    }
    return root;
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
      Draft draft = drafts.get(i);
      List<ChannelSpan> spans = new ArrayList<>();
      for (OpenSpan span : draft.spans()) {
        int root = root(span.origin());
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
    Draft last = drafts.get(drafts.size() - 1);
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
    fixed.add(root(0));
    drafts.get(drafts.size() - 1).spans().forEach(span -> fixed.add(root(span.origin())));
    for (String pattern : keep) {
      Pattern regex =
          Pattern.compile(
              Arrays.stream(pattern.split("\\*", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
      List<Draft> fitting =
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
      fitting.forEach(draft -> draft.spans().forEach(span -> fixed.add(root(span.origin()))));
    }
    return fixed;
  }
}
