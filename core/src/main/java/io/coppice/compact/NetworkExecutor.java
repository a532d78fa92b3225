package io.coppice.compact;

import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.ActivationLayout;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs compact networks of one network on minibatches of one size. Keeps kernels and memory for
 * later steps, whatever their masks. Not thread-safe; {@code close} frees all native memory.
 */
public final class NetworkExecutor implements AutoCloseable {

  /**
   * What a minibatch gave.
   *
   * @param loss mean cross-entropy in nats
   * @param correct number of images whose largest logit is that of their label
   */
  public record BatchResult(double loss, int correct) {}

  private final KernelContext context;
  private final PaddingScratch padding = new PaddingScratch();
  private final Network network;
  private final int batch;
  private final List<NodeOperation> operations = new ArrayList<>();
  private final boolean[] outputReadBackward;
  private final boolean[] wanted;
  private final int[] readers;
  private final boolean imageIsPlain;
  private final int logits;
  private final CrossEntropy crossEntropy;
  private final long[] nodeNanos;

  /**
   * @param network the full network
   * @param batch images a minibatch, at least 1
   */
  public NetworkExecutor(Network network, int batch) {
    this(network, batch, Precision.FLOAT32);
  }

  /**
   * @param network the full network
   * @param batch images a minibatch, at least 1
   * @param precision of activations and their gradients; weights, statistics, losses and the
   *     gradients of weights are 32-bit floats
   * @throws io.coppice.onednn.UnsupportedPrecisionException if this processor would only emulate it
   */
  public NetworkExecutor(Network network, int batch, Precision precision) {
    this(network, batch, precision, LayoutRule.layoutOf(network, precision));
  }

  /**
   * @param layout how activations lie in memory
   */
  NetworkExecutor(Network network, int batch, Precision precision, ActivationLayout layout) {
    if (batch < 1) {
      throw new IllegalArgumentException("a minibatch has at least 1 image, found " + batch);
    }
    this.network = network;
    this.batch = batch;
    this.context = new KernelContext(layout, precision);
    this.logits = network.nodes().size() - 1;
    this.crossEntropy = new CrossEntropy(context, logits, network.classes(), batch);
    this.readers = new int[network.nodes().size()];
    this.nodeNanos = new long[network.nodes().size()];
    this.outputReadBackward = new boolean[network.nodes().size()];
    this.imageIsPlain = TrainedLayers.aloneReadTheImage(network);
    this.wanted = TrainedLayers.reached(network);
    for (Node node : network.nodes()) {
      NodeOperation operation = NodeOperations.of(context, network, node, batch);
      operations.add(operation);
      outputReadBackward[node.index()] |= operation.readsOutputBackward();
      for (int input : node.inputs()) {
        readers[input]++;
        outputReadBackward[input] |= operation.readsInputsBackward();
      }
    }
  }

  /** Channels of a network's activations are stored in multiples of this, on this processor. */
  public static int channelBlock(Network network, Precision precision) {
    return LayoutRule.layoutOf(network, precision).channelBlock();
  }

  public int batch() {
    return batch;
  }

  /** Nanoseconds that each node's passes have taken until now, forward and backward. */
  public long[] nodeNanos() {
    return nodeNanos.clone();
  }

  /** The kernels and the memory in use. */
  public KernelContext context() {
    return context;
  }

  /**
   * Forward and backward on one minibatch.
   *
   * @param compact the compact network
   * @param weights trained tensors of its mask or of one that contains it
   * @param images normalised, {@code (batch, channels, height, width)}
   * @param targets what each image shows
   * @param noise key of what dropouts draw in this minibatch
   * @param gradient receives the gradient of the mean loss, laid out as {@code
   *     compact.parameters()}
   * @param statistics receives the minibatch's means and biased variances, laid out as {@code
   *     compact.statistics()}
   */
  public BatchResult forwardBackward(
      CompactNetwork compact,
      Weights weights,
      float[] images,
      Targets targets,
      long noise,
      float[] gradient,
      float[] statistics) {
    requireSizes(compact, images, targets.size());
    requireGradientSize(compact, gradient);
    Arrays.fill(gradient, 0);
    StepTensors tensors = tensors(compact, Mode.TRAINING, images, weights, statistics, noise);
    GradientTensors gradients =
        new GradientTensors(context, network, tensors, batch, wanted, gradient);
    try {
      forward(tensors);
      BatchResult result = crossEntropy.forwardBackward(tensors, gradients, targets);
      backward(tensors, gradients);
      return result;
    } finally {
      tensors.releaseAll();
    }
  }

  /**
   * Loss of one minibatch, normalised by its own statistics as in training; nothing is kept.
   *
   * @param noise key of what dropouts draw in this minibatch
   */
  public BatchResult forward(
      CompactNetwork compact, Weights weights, float[] images, Targets targets, long noise) {
    requireSizes(compact, images, targets.size());
    return forwardOnly(
        tensors(compact, Mode.BATCH_STATISTICS, images, weights, new float[0], noise),
        targets,
        batch);
  }

  /**
   * Loss of up to one minibatch of images, normalised by running statistics as in use.
   *
   * @param statistics running statistics, laid out as {@code compact.statistics()}
   * @param images a full minibatch, of which the first {@code count} images count
   */
  public BatchResult evaluate(
      CompactNetwork compact,
      Weights weights,
      float[] statistics,
      float[] images,
      int[] labels,
      int count) {
    requireSizes(compact, images, labels.length);
    return forwardOnly(
        tensors(compact, Mode.RUNNING_STATISTICS, images, weights, statistics, null),
        Targets.of(labels),
        count);
  }

  /**
   * Means and biased variances of one minibatch at every batch norm, by a forward pass alone in
   * which nothing is dropped.
   *
   * @param statistics receives them, laid out as {@code compact.statistics()}
   */
  public void batchStatistics(
      CompactNetwork compact, Weights weights, float[] images, float[] statistics) {
    requireSizes(compact, images, batch);
    StepTensors tensors = tensors(compact, Mode.TRAINING, images, weights, statistics, null);
    try {
      forward(tensors);
    } finally {
      tensors.releaseAll();
    }
  }

  /** Logits {@code (batch, classes)}, normalised by running statistics as in use. */
  public float[] logits(
      CompactNetwork compact, Weights weights, float[] statistics, float[] images) {
    requireSizes(compact, images, batch);
    StepTensors tensors =
        tensors(compact, Mode.RUNNING_STATISTICS, images, weights, statistics, null);
    try {
      forward(tensors);
      return crossEntropy.logits(tensors);
    } finally {
      tensors.releaseAll();
    }
  }

  /**
   * Name of the first layer whose output has a number that is not finite, normalised by the
   * minibatch's own statistics; null if all are finite. For diagnosis: slow.
   */
  public @Nullable String firstNonFinite(CompactNetwork compact, Weights weights, float[] images) {
    requireSizes(compact, images, batch);
    StepTensors tensors =
        tensors(compact, Mode.BATCH_STATISTICS, images, weights, new float[0], null);
    Node[] found = new Node[1];
    try {
      forward(
          tensors,
          node -> {
            if (isFinite(tensors, node)) {
              return true;
            }
            found[0] = node;
            return false;
          });
    } finally {
      tensors.releaseAll();
    }
    return found[0] == null ? null : found[0].name();
  }

  private boolean isFinite(StepTensors tensors, Node node) {
    float[] values = new float[batch * tensors.stored(node.index()) * node.shape().area()];
    tensors.output(node.index()).read(tensors.precision(node.index()), values, values.length);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private StepTensors tensors(
      CompactNetwork compact,
      Mode mode,
      float[] images,
      Weights weights,
      float[] statistics,
      @Nullable Long noise) {
    return new StepTensors(
        context, padding, compact, mode, images, weights, statistics, imageIsPlain, noise);
  }

  private BatchResult forwardOnly(StepTensors tensors, Targets targets, int count) {
    try {
      forward(tensors);
      return crossEntropy.forward(tensors, targets, count);
    } finally {
      tensors.releaseAll();
    }
  }

  private void forward(StepTensors tensors) {
    forward(tensors, node -> true);
  }

  /** Computes the nodes in order for as long as {@code goOn} agrees to each one's output. */
  private void forward(StepTensors tensors, Predicate<Node> goOn) {
    int[] pendingReaders = readers.clone();
    for (Node node : network.nodes()) {
      for (int input : node.inputs()) {
        pendingReaders[input]--;
        boolean readBackward = tensors.mode() == Mode.TRAINING && outputReadBackward[input];
        if (pendingReaders[input] == 0 && !readBackward) {
          tensors.markReadForTheLastTime(input);
        }
      }
      if (tensors.channels(node.index()) > 0) {
        long start = System.nanoTime();
        operations.get(node.index()).forward(tensors);
        nodeNanos[node.index()] += System.nanoTime() - start;
        if (!goOn.test(node)) {
          return;
        }
      }
      for (int input : node.inputs()) {
        if (tensors.isReadForTheLastTime(input)) {
          tensors.releaseOutput(input);
        }
      }
    }
  }

  private void backward(StepTensors tensors, GradientTensors gradients) {
    for (int node = logits; node > 0; node--) {
      if (gradients.has(node)) {
        long start = System.nanoTime();
        operations.get(node).backward(tensors, gradients);
        nodeNanos[node] += System.nanoTime() - start;
        gradients.release(node);
      }
      tensors.releaseOutput(node);
    }
    gradients.release(0);
  }

  private static void requireGradientSize(CompactNetwork compact, float[] gradient) {
    if (gradient.length != compact.parameters().size()) {
      throw new IllegalArgumentException(
          "expected a gradient of "
              + compact.parameters().size()
              + " values, found "
              + gradient.length);
    }
  }

  private void requireSizes(CompactNetwork compact, float[] images, int labels) {
    if (!compact.network().equals(network)) {
      throw new IllegalArgumentException("the compact network is one of another network");
    }
    if (images.length < batch * network.inputShape().size() || labels < batch) {
      throw new IllegalArgumentException(
          "expected a minibatch of "
              + batch
              + " images, found "
              + labels
              + " labels and "
              + images.length
              + " values");
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
