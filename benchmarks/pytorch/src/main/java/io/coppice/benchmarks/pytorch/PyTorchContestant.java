package io.coppice.benchmarks.pytorch;

import io.coppice.benchmarks.contest.Contestant;
import io.coppice.benchmarks.contest.ContestantServer;
import io.coppice.benchmarks.contest.Job;
import io.coppice.benchmarks.contest.JobMasks;
import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.compact.TensorLayout;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Window;
import io.coppice.onednn.Precision;
import io.coppice.structure.Mask;
import io.coppice.structure.StepMasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's own operators with all threads on the whole batch, SGD with momentum included.
 * Variants: {@code nchw} and {@code channels-last} train the dense network in that memory format;
 * {@code authors} does what the paper's released code does: dense convolutions whose weights are
 * multiplied by a mask, two forward and two backward passes.
 */
public final class PyTorchContestant implements Contestant {

  private static final String AUTHORS = "authors";

  private final Job job;
  private final Network network;
  private final JobMasks draws;
  private final torch.MemoryFormat format;
  private final Map<String, Tensor> parameters = new HashMap<>();
  private final Map<Integer, Tensor> runningMeans = new HashMap<>();
  private final Map<Integer, Tensor> runningVariances = new HashMap<>();
  private final Map<Extents, LongArrayRef> pairs = new HashMap<>();
  private final List<LongPointer> arrays = new ArrayList<>();
  private final TensorVector trained = new TensorVector();
  private final SGD optimiser;
  private final Tensor images;
  private final Tensor labels;
  private long round;

  private PyTorchContestant(Job job) {
    this.job = job;
    this.network = job.toNetwork();
    this.draws = new JobMasks(job, network);
    this.format =
        job.variant().equals("nchw")
            ? torch.MemoryFormat.Contiguous
            : torch.MemoryFormat.ChannelsLast;
    torch.set_num_threads(job.shards());
    makeParameters();
    makeStatistics();
    float[] pixels = new float[job.batch() * network.inputShape().size()];
    long[] classes = new long[job.batch()];
    for (int shard = 0; shard < job.shards(); shard++) {
      Minibatch minibatch = minibatch(shard);
      int from = shard * job.shardBatch();
      System.arraycopy(
          minibatch.pixels(),
          0,
          pixels,
          from * network.inputShape().size(),
          minibatch.pixels().length);
      System.arraycopy(minibatch.classes(), 0, classes, from, job.shardBatch());
    }
    images = imageTensor(pixels, job.batch());
    labels = labelTensor(classes);
    SGDOptions options = new SGDOptions(Job.LEARNING_RATE);
    options.momentum().put(Job.MOMENTUM);
    options.weight_decay().put(Job.WEIGHT_DECAY);
    optimiser = new SGD(trained, options);
  }

  /** The child process. */
  public static void main(String[] arguments) throws IOException {
    PyTorchLibraries.load();
    ContestantServer.serve(arguments, PyTorchContestant::new);
    System.exit(0);
  }

  private record Minibatch(float[] pixels, long[] classes) {}

  private Minibatch minibatch(int shard) {
    float[] pixels = new float[job.shardBatch() * network.inputShape().size()];
    int[] labelsOfShard = new int[job.shardBatch()];
    job.minibatches(shard).fill(0, 0, pixels, labelsOfShard);
    return new Minibatch(pixels, Arrays.stream(labelsOfShard).asLongStream().toArray());
  }

  private void makeParameters() {
    float[] weights = job.weights();
    for (TensorLayout.Tensor layout : CompactNetwork.dense(network).parameters().tensors()) {
      float[] values =
          Arrays.copyOfRange(weights, layout.offset(), layout.offset() + layout.size());
      Tensor parameter =
          tensor(values, layout.dimensions().stream().mapToLong(Integer::longValue).toArray());
      if (layout.dimensions().size() == 4) {
        parameter = parameter.contiguous(format);
      }
      parameter.requires_grad_(true);
      parameters.put(layout.name(), parameter);
      trained.push_back(parameter);
    }
  }

  private void makeStatistics() {
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm) {
        float[] values = new float[node.shape().channels()];
        runningMeans.put(node.index(), tensor(values, values.length));
        Arrays.fill(values, 1);
        runningVariances.put(node.index(), tensor(values, values.length));
      }
    }
  }

  /** A tensor of its own memory. */
  private static Tensor tensor(float[] values, long... shape) {
    try (FloatPointer source = new FloatPointer(values)) {
      return torch.from_blob(source, shape).clone();
    }
  }

  private static Tensor labelTensor(long[] classes) {
    return torch.tensor(classes);
  }

  private Tensor imageTensor(float[] pixels, int count) {
    return tensor(
            pixels,
            count,
            network.inputShape().channels(),
            network.inputShape().height(),
            network.inputShape().width())
        .contiguous(format);
  }

  @Override
  public double loss() {
    double sum = 0;
    for (int shard = 0; shard < job.shards(); shard++) {
      try (PointerScope scope = new PointerScope()) {
        Minibatch minibatch = minibatch(shard);
        sum +=
            loss(
                    imageTensor(minibatch.pixels(), job.shardBatch()),
                    labelTensor(minibatch.classes()),
                    null)
                .item_float();
      }
    }
    return sum / job.shards();
  }

  @Override
  public StepFigures step() {
    optimiser.zero_grad();
    StepFigures figures = StepFigures.dense(job.batch());
    if (job.variant().equals(AUTHORS)) {
      StepMasks pair = draws.pair(round++);
      backward(pair.trained());
      pair.probes().forEach(this::backward);
      Mask full = Mask.full(network.groupChannels());
      figures =
          new StepFigures(
              job.batch(),
              Job.flopsRatio(NetworkCost.flops(network), full, pair),
              1,
              (double) pair.trained().activeCount() / full.activeCount());
    } else {
      backward(null);
    }
    try (PointerScope scope = new PointerScope()) {
      optimiser.step();
    }
    return figures;
  }

  private void backward(@Nullable Mask mask) {
    try (PointerScope scope = new PointerScope()) {
      loss(images, labels, mask).backward();
    }
  }

  private Tensor loss(Tensor input, Tensor classes, @Nullable Mask mask) {
    Tensor image = computed(input);
    Tensor[] outputs = new Tensor[network.nodes().size()];
    for (Node node : network.nodes()) {
      outputs[node.index()] = output(node, outputs, image, mask);
    }
    Tensor logits = outputs[outputs.length - 1].to(torch.ScalarType.Float);
    return torch.cross_entropy_loss(logits, classes);
  }

  /**
   * A tensor in the precision of convolutions and linear layers, as PyTorch's automatic casts have
   * it: norms, activations and sums take what those give, the loss 32-bit floats.
   */
  private Tensor computed(Tensor tensor) {
    return job.precision() == Precision.BFLOAT16 ? tensor.to(torch.ScalarType.BFloat16) : tensor;
  }

  private Tensor output(Node node, Tensor[] outputs, Tensor input, @Nullable Mask mask) {
    return node.layer().accept(new Operators(node, outputs, input, mask));
  }

  /** PyTorch's operator for each kind of layer. */
  private final class Operators implements Layer.Visitor<Tensor> {
    private final Node node;
    private final Tensor[] outputs;
    private final Tensor image;
    private final @Nullable Mask mask;

    Operators(Node node, Tensor[] outputs, Tensor image, @Nullable Mask mask) {
      this.node = node;
      this.outputs = outputs;
      this.image = image;
      this.mask = mask;
    }

    private Tensor source() {
      return outputs[node.input()];
    }

    private TensorOptional bias(boolean present) {
      return present ? new TensorOptional(computed(parameter(node, "bias"))) : new TensorOptional();
    }

    private Tensor convolve(Window window, boolean bias, long groups) {
      Tensor weight = parameter(node, "weight");
      if (mask != null) {
        weight = weight.mul(channelMask(mask, node));
      }
      return torch.conv2d(
          padded(window, 0),
          computed(weight),
          bias(bias),
          pair(window.strideHeight(), window.strideWidth()),
          padding(window),
          pair(1, 1),
          groups);
    }

    private boolean isSymmetric(Window window) {
      return window.top() == window.bottom() && window.left() == window.right();
    }

    private LongArrayRef padding(Window window) {
      return isSymmetric(window) ? pair(window.top(), window.left()) : pair(0, 0);
    }

    /** The source with the padding that the operators themselves cannot do. */
    private Tensor padded(Window window, double value) {
      return isSymmetric(window)
          ? source()
          : pad(window.top(), window.bottom(), window.left(), window.right(), value);
    }

    private Tensor pad(int top, int bottom, int left, int right, double value) {
      return torch.constant_pad_nd(
          source(), new long[] {left, right, top, bottom}, new Scalar(value));
    }

    private Tensor relu(boolean present, Tensor tensor) {
      return present ? torch.relu_(tensor) : tensor;
    }

    @Override
    public Tensor visit(Layer.Input input) {
      return image;
    }

    @Override
    public Tensor visit(Layer.Convolution convolution) {
      return convolve(convolution.window(), convolution.bias(), 1);
    }

    @Override
    public Tensor visit(Layer.DepthwiseConvolution convolution) {
      int channels = network.node(node.input()).shape().channels();
      return convolve(convolution.window(), convolution.bias(), channels);
    }

    @Override
    public Tensor visit(Layer.BatchNorm norm) {
      return relu(
          norm.relu(),
          torch.batch_norm(
              source(),
              new TensorOptional(parameter(node, "scale")),
              new TensorOptional(parameter(node, "shift")),
              new TensorOptional(of(runningMeans, node)),
              new TensorOptional(of(runningVariances, node)),
              true,
              norm.momentum(),
              norm.epsilon(),
              false));
    }

    @Override
    public Tensor visit(Layer.Activation activation) {
      return switch (activation.function().kind()) {
        case RELU -> torch.relu(source());
        case RELU6 -> torch.relu6(source());
        case LEAKY_RELU -> torch.leaky_relu(source(), new Scalar(activation.function().slope()));
      };
    }

    @Override
    public Tensor visit(Layer.Pool pool) {
      Window window = pool.window();
      LongArrayRef extent = pair(window.height(), window.width());
      LongArrayRef stride = pair(window.strideHeight(), window.strideWidth());
      if (pool.kind() == Layer.Pool.Kind.MAXIMUM) {
        return torch.max_pool2d(
            padded(window, Double.NEGATIVE_INFINITY),
            extent,
            stride,
            padding(window),
            pair(1, 1),
            false);
      }
      if (!isSymmetric(window) && pool.kind() == Layer.Pool.Kind.MEAN) {
        throw new IllegalArgumentException(
            node.name() + ": PyTorch has no mean over windows with unequal padding left out");
      }
      return torch.avg_pool2d(
          padded(window, 0),
          extent,
          stride,
          padding(window),
          false,
          pool.kind() == Layer.Pool.Kind.MEAN_WITH_PADDING,
          new LongOptional());
    }

    @Override
    public Tensor visit(Layer.GlobalPool pool) {
      return switch (pool.kind()) {
        case MEAN -> torch.adaptive_avg_pool2d(source(), pair(1, 1));
        case MAXIMUM -> torch.amax(source(), new long[] {2, 3}, true);
      };
    }

    @Override
    public Tensor visit(Layer.Sum sum) {
      return relu(
          sum.relu(), torch.add(outputs[node.inputs().get(0)], outputs[node.inputs().get(1)]));
    }

    @Override
    public Tensor visit(Layer.Merge merge) {
      TensorVector parts = new TensorVector();
      node.inputs().forEach(input -> parts.push_back(outputs[input]));
      return torch.cat(parts, 1);
    }

    @Override
    public Tensor visit(Layer.ZeroPadding padding) {
      return pad(padding.top(), padding.bottom(), padding.left(), padding.right(), 0);
    }

    @Override
    public Tensor visit(Layer.Dropout dropout) {
      return torch.dropout(source(), dropout.rate(), true);
    }

    @Override
    public Tensor visit(Layer.Linear linear) {
      Tensor weight = computed(torch.flatten(parameter(node, "weight"), 1, -1));
      return torch.linear(torch.flatten(source(), 1, -1), weight, bias(linear.bias()));
    }
  }

  private Tensor parameter(Node node, String kind) {
    Tensor parameter = parameters.get(node.name() + "." + kind);
    if (parameter == null) {
      throw new IllegalStateException(node.name() + " has no " + kind);
    }
    return parameter;
  }

  private static Tensor of(Map<Integer, Tensor> tensors, Node node) {
    Tensor tensor = tensors.get(node.index());
    if (tensor == null) {
      throw new IllegalStateException(node.name() + " has no statistics");
    }
    return tensor;
  }

  private Tensor channelMask(Mask mask, Node node) {
    float[] values = new float[node.shape().channels()];
    for (int channel : CompactNetwork.of(network, mask).activeChannels(node.index())) {
      values[channel] = 1;
    }
    return tensor(values, values.length, 1, 1, 1);
  }

  private record Extents(long rows, long columns) {}

  /** Two numbers in native memory that outlives the calls that read it. */
  private LongArrayRef pair(long rows, long columns) {
    return pairs.computeIfAbsent(
        new Extents(rows, columns),
        key -> {
          LongPointer pointer = new LongPointer(key.rows(), key.columns());
          pointer.retainReference();
          arrays.add(pointer);
          LongArrayRef reference = new LongArrayRef(pointer, 2);
          reference.retainReference();
          return reference;
        });
  }

  @Override
  public void close() {
    optimiser.close();
  }
}
