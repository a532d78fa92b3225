package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.onednn.Activity;
import io.coppice.onednn.BufferPool;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import io.coppice.onednn.PartKernels;
import io.coppice.onednn.Precision;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The native tensors of one forward pass and, in training, of the backward pass that follows it.
 * Channels are rounded up to whole blocks by zeros: with zero weights, scales, shifts and biases
 * the added channels stay exactly 0.
 */
final class StepTensors {

  private final KernelContext context;
  private final PaddingScratch padding;
  private final CompactNetwork compact;
  private final Mode mode;
  private final float[] images;
  private final Weights weights;
  private final float[] statistics;
  private final @Nullable NativeBuffer[] outputs;
  private final @Nullable NativeBuffer[] workspaces;
  private final @Nullable NativeBuffer[][] ofKind;
  private final StoredChannels[] storage;
  private final boolean imageIsPlain;
  private final @Nullable Long noise;
  private final boolean[] readForTheLastTime;

  /**
   * @param images normalised, {@code (batch, channels, height, width)}
   * @param weights trained tensors of this mask or of one that contains it
   * @param statistics laid out as {@code compact.statistics()}: written in {@link Mode#TRAINING},
   *     read in {@link Mode#RUNNING_STATISTICS}, else not used
   * @param imageIsPlain whether the image lies in memory as it comes
   * @param noise key of the dropouts' draws; null where dropouts do nothing
   */
  StepTensors(
      KernelContext context,
      PaddingScratch padding,
      CompactNetwork compact,
      Mode mode,
      float[] images,
      Weights weights,
      float[] statistics,
      boolean imageIsPlain,
      @Nullable Long noise) {
    this.context = context;
    this.padding = padding;
    this.compact = compact;
    this.mode = mode;
    this.images = images;
    this.weights = weights;
    this.statistics = statistics;
    int nodes = compact.network().nodes().size();
    outputs = new NativeBuffer[nodes];
    workspaces = new NativeBuffer[nodes];
    ofKind = new NativeBuffer[Kind.values().length][nodes];
    readForTheLastTime = new boolean[nodes];
    this.imageIsPlain = imageIsPlain;
    this.noise = noise;
    this.storage = StoredChannels.ofNodes(context, compact, imageIsPlain);
  }

  Mode mode() {
    return mode;
  }

  float[] images() {
    return images;
  }

  /** Whether the image lies in memory as it comes, not as an activation. */
  boolean imageIsPlain() {
    return imageIsPlain;
  }

  /** Key of the dropouts' draws; null where dropouts do nothing. */
  @Nullable Long noise() {
    return noise;
  }

  /** Active channels of a node's output, as indices into the full network's. */
  int[] activeChannels(int node) {
    return compact.activeChannels(node);
  }

  /** Position of a trained tensor's gradient among those of all parameters. */
  int parameterOffset(int node, Kind kind) {
    return compact.parameters().tensor(node, kind).offset();
  }

  BufferPool pool() {
    return context.buffers();
  }

  /** Number of active channels of a node's output. */
  int channels(int node) {
    return storage[node].active();
  }

  /** Channels of a node's output as stored. */
  int stored(int node) {
    return storage[node].stored();
  }

  /** Channels of a node's output as stored, rows and columns. */
  PartKernels.Extent extent(Node node) {
    return new PartKernels.Extent(
        stored(node.index()), node.shape().height(), node.shape().width());
  }

  /** How the channels of a node's output lie in memory. */
  StoredChannels storage(int node) {
    return storage[node];
  }

  /**
   * Of a node's output and its gradient: the plain image and a linear layer's logits are floats.
   */
  Precision precision(int node) {
    boolean plainImage = node == 0 && imageIsPlain;
    return plainImage || areLogits(node) ? Precision.FLOAT32 : context.precision();
  }

  /** Whether the node is a linear layer that gives the logits. */
  boolean areLogits(int node) {
    Network network = compact.network();
    return node == network.nodes().size() - 1 && network.node(node).layer() instanceof Layer.Linear;
  }

  /** Numbers of a node's output as stored. */
  long size(int node, int batch) {
    return (long) batch * stored(node) * compact.network().node(node).shape().area();
  }

  /** Lends a buffer as large as a node's output, {@code (batch, stored, height, width)}. */
  NativeBuffer acquireLike(int node, int batch) {
    return pool().acquire(size(node, batch) * precision(node).bytes());
  }

  /** Makes the buffer of a node's output, {@code (batch, stored, height, width)}. */
  NativeBuffer makeOutput(int node, int batch) {
    NativeBuffer buffer = acquireLike(node, batch);
    outputs[node] = buffer;
    return buffer;
  }

  /**
   * Makes the buffer of a node's output: that of its input where nobody reads the input any more,
   * else a new one. Input and output are of one shape.
   */
  NativeBuffer makeOutputOver(int node, int input, int batch) {
    if (!readForTheLastTime[input]) {
      return makeOutput(node, batch);
    }
    NativeBuffer buffer = output(input);
    outputs[input] = null;
    outputs[node] = buffer;
    return buffer;
  }

  /** Says that the node that is computed next is the last one, in either pass, to read another. */
  void markReadForTheLastTime(int node) {
    readForTheLastTime[node] = true;
  }

  boolean isReadForTheLastTime(int node) {
    return readForTheLastTime[node];
  }

  NativeBuffer output(int node) {
    return required(outputs[node], node, "output");
  }

  void releaseOutput(int node) {
    NativeBuffer buffer = outputs[node];
    if (buffer != null) {
      pool().release(buffer);
      outputs[node] = null;
    }
  }

  @Nullable NativeBuffer makeWorkspace(int node, long bytes) {
    if (bytes > 0) {
      workspaces[node] = pool().acquire(bytes);
    }
    return workspaces[node];
  }

  /** Keeps a buffer until the end of the step. */
  void keepWorkspace(int node, NativeBuffer buffer) {
    workspaces[node] = buffer;
  }

  @Nullable NativeBuffer workspace(int node) {
    return workspaces[node];
  }

  /** A buffer of one value a stored channel, to be filled by a kernel. */
  NativeBuffer makeVector(int node, Kind kind) {
    NativeBuffer buffer = pool().acquireFloats(stored(node));
    ofKind[kind.ordinal()][node] = buffer;
    return buffer;
  }

  /** A tensor that was made or loaded before. */
  NativeBuffer tensor(int node, Kind kind) {
    return required(ofKind[kind.ordinal()][node], node, kind.name());
  }

  /** The values of a scale, shift or bias, one an active channel. */
  float[] vectorValues(int node, Kind kind) {
    float[] values = new float[channels(node)];
    Slicer.gatherRows(
        weights.layout().rows(node, kind),
        weights.values(),
        compact.parameters().tensor(node, kind).rows(0, 1),
        values);
    return values;
  }

  /** Copies a scale, shift or bias into native memory, zeros in the added channels. */
  NativeBuffer loadVector(int node, Kind kind) {
    return loadVector(node, kind, vectorValues(node, kind), 0, 0);
  }

  /** Copies a running mean or variance into native memory, {@code fill} in the added channels. */
  NativeBuffer loadStatistics(int node, Kind kind, float fill) {
    return loadVector(
        node, kind, statistics, compact.statistics().tensor(node, kind).offset(), fill);
  }

  private NativeBuffer loadVector(int node, Kind kind, float[] values, int offset, float fill) {
    StoredChannels channels = storage[node];
    float[] padded = padding.ofLength(channels.stored());
    Arrays.fill(padded, 0, channels.stored(), fill);
    if (channels.inOrder()) {
      System.arraycopy(values, offset, padded, 0, channels.active());
    } else {
      for (int i = 0; i < channels.active(); i++) {
        padded[channels.place(i)] = values[offset + i];
      }
    }
    NativeBuffer buffer = makeVector(node, kind);
    buffer.write(padded, 0, channels.stored());
    return buffer;
  }

  /**
   * Copies the weights of a convolution or linear layer into native memory, zeros in the added
   * channels.
   *
   * @param inputs how the channels lie that every output channel reads
   */
  NativeBuffer loadWeights(int node, StoredChannels inputs) {
    long start = System.nanoTime();
    Rows source = weights.layout().rows(node, Kind.WEIGHT);
    Tensor tensor = compact.parameters().tensor(node, Kind.WEIGHT);
    int storedRow = Math.multiplyExact(inputs.stored(), tensor.kernelArea());
    int count = Math.multiplyExact(stored(node), storedRow);
    NativeBuffer buffer = pool().acquireFloats(count);
    ofKind[Kind.WEIGHT.ordinal()][node] = buffer;
    if (source.size() == count && tensor.size() == count) {
      buffer.write(weights.values(), source.offset(), count);
    } else {
      float[] padded = padding.ofLength(count);
      if (tensor.size() < count) {
        Arrays.fill(padded, 0, count, 0);
      }
      if (storage[node].inOrder() && inputs.inOrder()) {
        Slicer.gatherRows(source, weights.values(), tensor.rows(0, storedRow), padded);
      } else {
        float[] dense = new float[tensor.size()];
        Slicer.gatherRows(source, weights.values(), tensor.rows(0, tensor.rowSize()), dense);
        moveRuns(
            tensor,
            storage[node],
            inputs,
            (run, place) -> System.arraycopy(dense, run, padded, place, tensor.kernelArea()));
      }
      buffer.write(padded, 0, count);
    }
    context.times().addSince(Activity.SLICING, start);
    return buffer;
  }

  /** Is told of each kernel of a tensor where it lies without and with the added channels. */
  private interface KernelMove {
    void move(int dense, int stored);
  }

  private static void moveRuns(
      Tensor tensor, StoredChannels outputs, StoredChannels inputs, KernelMove move) {
    int area = tensor.kernelArea();
    for (int o = 0; o < tensor.outputs().length; o++) {
      for (int i = 0; i < tensor.inputs().length; i++) {
        move.move(
            o * tensor.rowSize() + i * area,
            (outputs.place(o) * inputs.stored() + inputs.place(i)) * area);
      }
    }
  }

  /** Copies a gradient of one value a channel out of native memory, without the added channels. */
  void storeVector(NativeBuffer values, int node, Kind kind, float[] gradient) {
    storeVector(values, node, gradient, parameterOffset(node, kind));
  }

  private void storeVector(NativeBuffer values, int node, float[] target, int offset) {
    StoredChannels channels = storage[node];
    if (channels.inOrder()) {
      values.read(0, target, offset, channels.active());
      return;
    }
    float[] padded = padding.ofLength(channels.stored());
    values.read(0, padded, 0, channels.stored());
    for (int i = 0; i < channels.active(); i++) {
      target[offset + i] = padded[channels.place(i)];
    }
  }

  /** Copies the minibatch's mean and variance out of native memory. */
  void storeStatistics(int node) {
    for (Kind kind : new Kind[] {Kind.MEAN, Kind.VARIANCE}) {
      int offset = compact.statistics().tensor(node, kind).offset();
      storeVector(tensor(node, kind), node, statistics, offset);
    }
  }

  /**
   * Copies a gradient of weights out of native memory, without the added channels.
   *
   * @param inputs how the channels lie that every output channel reads
   */
  void storeWeights(NativeBuffer values, int node, StoredChannels inputs, float[] gradient) {
    long start = System.nanoTime();
    Tensor tensor = compact.parameters().tensor(node, Kind.WEIGHT);
    int storedRow = inputs.stored() * tensor.kernelArea();
    int count = stored(node) * storedRow;
    if (tensor.size() == count) {
      values.read(0, gradient, tensor.offset(), count);
      context.times().addSince(Activity.SLICING, start);
      return;
    }
    float[] padded = padding.ofLength(count);
    values.read(0, padded, 0, count);
    if (storage[node].inOrder() && inputs.inOrder()) {
      int row = tensor.rowSize();
      for (int o = 0; o < tensor.outputs().length; o++) {
        System.arraycopy(padded, o * storedRow, gradient, tensor.offset() + o * row, row);
      }
    } else {
      moveRuns(
          tensor,
          storage[node],
          inputs,
          (run, place) ->
              System.arraycopy(
                  padded, place, gradient, tensor.offset() + run, tensor.kernelArea()));
    }
    context.times().addSince(Activity.SLICING, start);
  }

  /** Gives a tensor back that only a backward pass would read again. */
  void releaseUnlessTraining(int node, Kind kind) {
    NativeBuffer buffer = ofKind[kind.ordinal()][node];
    if (mode != Mode.TRAINING && buffer != null) {
      pool().release(buffer);
      ofKind[kind.ordinal()][node] = null;
    }
  }

  /** Gives every buffer back. */
  void releaseAll() {
    for (int node = 0; node < outputs.length; node++) {
      releaseOutput(node);
      NativeBuffer workspace = workspaces[node];
      if (workspace != null) {
        pool().release(workspace);
        workspaces[node] = null;
      }
      for (@Nullable NativeBuffer[] buffers : ofKind) {
        NativeBuffer buffer = buffers[node];
        if (buffer != null) {
          pool().release(buffer);
          buffers[node] = null;
        }
      }
    }
  }

  private NativeBuffer required(@Nullable NativeBuffer buffer, int node, String what) {
    if (buffer == null) {
      throw new IllegalStateException(
          compact.network().node(node).name() + " has no " + what + " in this step");
    }
    return buffer;
  }
}
