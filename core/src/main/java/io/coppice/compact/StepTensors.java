package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.compact.TensorLayout.Tensor;
import io.coppice.network.Node;
import io.coppice.onednn.Activity;
import io.coppice.onednn.BufferPool;
import io.coppice.onednn.KernelContext;
import io.coppice.onednn.NativeBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The native tensors of one forward pass and, in training, of the backward pass that follows it.
 * Channels are rounded up to whole blocks by zeros: with zero weights, scales and shifts the added
 * channels stay exactly 0.
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
  private final int[] channels;
  private final boolean[] readForTheLastTime;

  /**
   * @param images normalised, {@code (batch, channels, height, width)}
   * @param weights trained tensors of this mask or of one that contains it
   * @param statistics laid out as {@code compact.statistics()}: written in {@link Mode#TRAINING},
   *     read in {@link Mode#RUNNING_STATISTICS}, else not used
   */
  StepTensors(
      KernelContext context,
      PaddingScratch padding,
      CompactNetwork compact,
      Mode mode,
      float[] images,
      Weights weights,
      float[] statistics) {
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
    channels = new int[nodes];
    readForTheLastTime = new boolean[nodes];
    for (int node = 0; node < nodes; node++) {
      channels[node] = compact.channels(node);
    }
  }

  Mode mode() {
    return mode;
  }

  float[] images() {
    return images;
  }

  /** Position of a trained tensor's gradient among those of all parameters. */
  int parameterOffset(int node, Kind kind) {
    return compact.parameters().tensor(node, kind).offset();
  }

  BufferPool pool() {
    return context.buffers();
  }

  /** Active channels of a node's output. */
  int channels(int node) {
    return channels[node];
  }

  /** Channels as stored: rounded up to whole blocks, but for image and logits. */
  int stored(int node) {
    return compact.network().node(node).group() == Node.UNGROUPED
        ? channels[node]
        : context.padded(channels[node]);
  }

  /** Makes the buffer of a node's output, {@code (batch, stored, height, width)}. */
  NativeBuffer makeOutput(int node, int batch) {
    NativeBuffer buffer =
        pool()
            .acquireFloats(
                (long) batch * stored(node) * compact.network().node(node).shape().area());
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
    float[] values = new float[channels[node]];
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
    int stored = stored(node);
    float[] padded = padding.ofLength(stored);
    System.arraycopy(values, offset, padded, 0, channels[node]);
    Arrays.fill(padded, channels[node], stored, fill);
    NativeBuffer buffer = makeVector(node, kind);
    buffer.write(padded, 0, stored);
    return buffer;
  }

  /**
   * Copies the weights of a convolution or linear layer into native memory, zeros in the added
   * channels.
   */
  NativeBuffer loadWeights(int node) {
    long start = System.nanoTime();
    Rows source = weights.layout().rows(node, Kind.WEIGHT);
    Tensor tensor = compact.parameters().tensor(node, Kind.WEIGHT);
    int storedRow = stored(compact.network().node(node).input()) * tensor.kernelArea();
    int count = stored(node) * storedRow;
    NativeBuffer buffer = pool().acquireFloats(count);
    ofKind[Kind.WEIGHT.ordinal()][node] = buffer;
    if (source.size() == count && tensor.size() == count) {
      buffer.write(weights.values(), source.offset(), count);
    } else {
      float[] padded = padding.ofLength(count);
      if (tensor.size() < count) {
        Arrays.fill(padded, 0, count, 0);
      }
      Slicer.gatherRows(source, weights.values(), tensor.rows(0, storedRow), padded);
      buffer.write(padded, 0, count);
    }
    context.times().addSince(Activity.SLICING, start);
    return buffer;
  }

  /** Copies a gradient of one value a channel out of native memory, without the added channels. */
  void storeVector(NativeBuffer values, int node, Kind kind, float[] gradient) {
    values.read(0, gradient, parameterOffset(node, kind), channels[node]);
  }

  /** Copies the minibatch's mean and variance out of native memory. */
  void storeStatistics(int node) {
    for (Kind kind : new Kind[] {Kind.MEAN, Kind.VARIANCE}) {
      int offset = compact.statistics().tensor(node, kind).offset();
      tensor(node, kind).read(0, statistics, offset, channels[node]);
    }
  }

  /** Copies a gradient of weights out of native memory, without the added channels. */
  void storeWeights(NativeBuffer values, int node, float[] gradient) {
    long start = System.nanoTime();
    Tensor tensor = compact.parameters().tensor(node, Kind.WEIGHT);
    int storedInputs = stored(compact.network().node(node).input());
    int count = stored(node) * storedInputs * tensor.kernelArea();
    if (tensor.size() == count) {
      values.read(0, gradient, tensor.offset(), count);
      context.times().addSince(Activity.SLICING, start);
      return;
    }
    float[] padded = padding.ofLength(count);
    values.read(0, padded, 0, count);
    int row = tensor.rowSize();
    int storedRow = storedInputs * tensor.kernelArea();
    for (int o = 0; o < tensor.outputs().length; o++) {
      System.arraycopy(padded, o * storedRow, gradient, tensor.offset() + o * row, row);
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
