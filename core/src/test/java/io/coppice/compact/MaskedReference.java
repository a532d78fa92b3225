package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.network.Window;
import io.coppice.structure.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/**
 * The slow, obvious implementation: the whole network in double precision, every channel computed,
 * absent channels set to 0 wherever they are written. Gradients by the chain rule, layer by layer.
 * Tensors are {@code (batch, channels, height, width)}, parameters laid out as those of the dense
 * network.
 */
public final class MaskedReference {

  private final Network network;
  private final CompactNetwork dense;
  private final Mask mask;
  private final int batch;
  private final double[] parameters;
  private final long noise;
  private float[] images = {};
  private final double[][] outputs;
  private final double[][] outputGradients;
  private final double[][] normalised;
  final double[] gradient;
  final double[] statistics;
  double loss;
  private double nearestKink = Double.MAX_VALUE;

  /**
   * The network under a mask, with the dense network's parameters and the number that dropout is
   * drawn from.
   */
  public MaskedReference(Network network, Mask mask, int batch, double[] parameters, long noise) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.mask = mask;
    this.batch = batch;
    this.parameters = parameters;
    this.noise = noise;
    int nodes = network.nodes().size();
    outputs = new double[nodes][];
    outputGradients = new double[nodes][];
    normalised = new double[nodes][];
    gradient = new double[parameters.length];
    statistics = new double[dense.statistics().size()];
  }

  /** Computes the loss, its gradient, and the batch statistics. */
  public MaskedReference run(float[] pixels, Targets targets) {
    images = pixels;
    for (Node node : network.nodes()) {
      outputs[node.index()] = node.layer().accept(new Forward(node));
      removeAbsent(node, outputs[node.index()]);
      outputGradients[node.index()] = new double[outputs[node.index()].length];
    }
    softmaxCrossEntropy(targets);
    for (int i = network.nodes().size() - 1; i > 0; i--) {
      removeAbsent(network.node(i), outputGradients[i]);
      network.node(i).layer().accept(new Backward(network.node(i)));
    }
    return this;
  }

  /**
   * The smallest variance that an active channel's batch norm divides by, where its convolution
   * reads anything. The smaller it is, the more a rounding error grows on the way back: by up to
   * 316 for each norm of a constant.
   */
  double smallestVariance() {
    double smallest = Double.MAX_VALUE;
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm && !readsEmptyConvolution(node)) {
        int offset = dense.statistics().tensor(node.index(), Kind.VARIANCE).offset();
        for (int c : ActiveChannels.of(node, mask)) {
          smallest = Math.min(smallest, statistics[offset + c]);
        }
      }
    }
    return smallest;
  }

  /**
   * How near any value that counts comes to a point at which the gradient jumps: a bound of an
   * activation, or the runner-up of a maximum. Where it is as small as a rounding error, either
   * side is right. Exact ties do not count: both implementations see them as such.
   */
  public double nearestKink() {
    return nearestKink;
  }

  private void kinkAt(double distance) {
    if (distance != 0) {
      nearestKink = Math.min(nearestKink, Math.abs(distance));
    }
  }

  private boolean readsEmptyConvolution(Node norm) {
    Node source = network.node(norm.input());
    return source.layer() instanceof Layer.Convolution
        && ActiveChannels.count(network.node(source.input()), mask) == 0;
  }

  double[] logits() {
    return outputs[outputs.length - 1];
  }

  private void removeAbsent(Node node, double[] values) {
    boolean[] active = new boolean[node.shape().channels()];
    for (int c : ActiveChannels.of(node, mask)) {
      active[c] = true;
    }
    int area = node.shape().area();
    for (int i = 0; i < values.length; i++) {
      if (!active[i / area % active.length]) {
        values[i] = 0;
      }
    }
  }

  /** Output of each kind of layer from those of its inputs. */
  private final class Forward implements Layer.Visitor<double[]> {
    private final Node node;
    private final double[] out;

    Forward(Node node) {
      this.node = node;
      this.out = new double[batch * node.shape().size()];
    }

    private double[] source() {
      return outputs[node.input()];
    }

    private double[] ofEach(DoubleUnaryOperator function) {
      Arrays.setAll(out, i -> function.applyAsDouble(source()[i]));
      return out;
    }

    private double[] convolved(Window window, int multiplier, boolean bias) {
      eachTap(
          node,
          window,
          multiplier,
          (target, from, weight) -> out[target] += parameters[weight] * source()[from]);
      return withBias(bias);
    }

    private double[] withBias(boolean bias) {
      if (bias) {
        int offset = offset(node, Kind.BIAS);
        int area = node.shape().area();
        for (int i = 0; i < out.length; i++) {
          out[i] += parameters[offset + i / area % node.shape().channels()];
        }
      }
      return out;
    }

    private double[] pooled(Layer.Pool.Kind kind, Window window) {
      eachWindow(
          node,
          kind,
          window,
          source(),
          (target, from, share) -> out[target] += share * source()[from]);
      return out;
    }

    @Override
    public double[] visit(Layer.Input input) {
      Arrays.setAll(out, i -> images[i]);
      return out;
    }

    @Override
    public double[] visit(Layer.Convolution convolution) {
      return convolved(convolution.window(), 0, convolution.bias());
    }

    @Override
    public double[] visit(Layer.DepthwiseConvolution convolution) {
      return convolved(convolution.window(), convolution.multiplier(), convolution.bias());
    }

    @Override
    public double[] visit(Layer.BatchNorm norm) {
      batchNorm(node, norm, out);
      return out;
    }

    @Override
    public double[] visit(Layer.Activation activation) {
      float slope = activation.function().slope();
      for (double value : source()) {
        kinkAt(value);
        if (activation.function().kind() == Layer.Activation.Kind.RELU6) {
          kinkAt(value - 6);
        }
      }
      return ofEach(
          switch (activation.function().kind()) {
            case RELU -> x -> Math.max(0, x);
            case RELU6 -> x -> Math.min(6, Math.max(0, x));
            case LEAKY_RELU -> x -> x > 0 ? x : slope * x;
          });
    }

    @Override
    public double[] visit(Layer.Pool pool) {
      return pooled(pool.kind(), pool.window());
    }

    @Override
    public double[] visit(Layer.GlobalPool pool) {
      return pooled(globalKind(pool), Window.whole(network.node(node.input()).shape()));
    }

    @Override
    public double[] visit(Layer.Sum sum) {
      for (int i = 0; i < out.length; i++) {
        double value = outputs[node.inputs().get(0)][i] + outputs[node.inputs().get(1)][i];
        if (sum.relu()) {
          kinkAt(value);
        }
        out[i] = sum.relu() ? Math.max(0, value) : value;
      }
      return out;
    }

    @Override
    public double[] visit(Layer.Merge merge) {
      eachMerged(node, (target, input, from) -> out[target] = outputs[input][from]);
      return out;
    }

    @Override
    public double[] visit(Layer.ZeroPadding padding) {
      eachPadded(node, padding, (target, from) -> out[target] = source()[from]);
      return out;
    }

    @Override
    public double[] visit(Layer.Dropout dropout) {
      double[] factors = factors(node, dropout);
      Arrays.setAll(out, i -> factors[i] * source()[i]);
      return out;
    }

    @Override
    public double[] visit(Layer.Linear linear) {
      return convolved(Window.whole(network.node(node.input()).shape()), 0, linear.bias());
    }
  }

  /** Adds to the gradients of each kind of layer's inputs and parameters. */
  private final class Backward implements Layer.Visitor<double[]> {
    private final Node node;
    private final double[] out;

    Backward(Node node) {
      this.node = node;
      this.out = outputGradients[node.index()];
    }

    private double[] source() {
      return outputs[node.input()];
    }

    private double[] sourceGradient() {
      return outputGradients[node.input()];
    }

    private double[] convolved(Window window, int multiplier, boolean bias) {
      eachTap(
          node,
          window,
          multiplier,
          (target, from, weight) -> {
            gradient[weight] += out[target] * source()[from];
            sourceGradient()[from] += out[target] * parameters[weight];
          });
      if (bias) {
        int offset = offset(node, Kind.BIAS);
        int area = node.shape().area();
        for (int i = 0; i < out.length; i++) {
          gradient[offset + i / area % node.shape().channels()] += out[i];
        }
      }
      return sourceGradient();
    }

    private double[] pooled(Layer.Pool.Kind kind, Window window) {
      eachWindow(
          node,
          kind,
          window,
          source(),
          (target, from, share) -> sourceGradient()[from] += share * out[target]);
      return sourceGradient();
    }

    @Override
    public double[] visit(Layer.Input input) {
      return out;
    }

    @Override
    public double[] visit(Layer.Convolution convolution) {
      return convolved(convolution.window(), 0, convolution.bias());
    }

    @Override
    public double[] visit(Layer.DepthwiseConvolution convolution) {
      return convolved(convolution.window(), convolution.multiplier(), convolution.bias());
    }

    @Override
    public double[] visit(Layer.BatchNorm norm) {
      batchNormBackward(node, norm, out);
      return sourceGradient();
    }

    @Override
    public double[] visit(Layer.Activation activation) {
      float slope = activation.function().slope();
      for (int i = 0; i < out.length; i++) {
        double x = source()[i];
        sourceGradient()[i] +=
            out[i]
                * switch (activation.function().kind()) {
                  case RELU -> x > 0 ? 1 : 0;
                  case RELU6 -> x > 0 && x < 6 ? 1 : 0;
                  case LEAKY_RELU -> x > 0 ? 1 : slope;
                };
      }
      return sourceGradient();
    }

    @Override
    public double[] visit(Layer.Pool pool) {
      return pooled(pool.kind(), pool.window());
    }

    @Override
    public double[] visit(Layer.GlobalPool pool) {
      return pooled(globalKind(pool), Window.whole(network.node(node.input()).shape()));
    }

    @Override
    public double[] visit(Layer.Sum sum) {
      for (int i = 0; i < out.length; i++) {
        double value = sum.relu() && outputs[node.index()][i] <= 0 ? 0 : out[i];
        outputGradients[node.inputs().get(0)][i] += value;
        outputGradients[node.inputs().get(1)][i] += value;
      }
      return out;
    }

    @Override
    public double[] visit(Layer.Merge merge) {
      eachMerged(node, (target, input, from) -> outputGradients[input][from] += out[target]);
      return out;
    }

    @Override
    public double[] visit(Layer.ZeroPadding padding) {
      eachPadded(node, padding, (target, from) -> sourceGradient()[from] += out[target]);
      return sourceGradient();
    }

    @Override
    public double[] visit(Layer.Dropout dropout) {
      double[] factors = factors(node, dropout);
      for (int i = 0; i < out.length; i++) {
        sourceGradient()[i] += factors[i] * out[i];
      }
      return sourceGradient();
    }

    @Override
    public double[] visit(Layer.Linear linear) {
      return convolved(Window.whole(network.node(node.input()).shape()), 0, linear.bias());
    }
  }

  private static Layer.Pool.Kind globalKind(Layer.GlobalPool pool) {
    return pool.kind() == Layer.GlobalPool.Kind.MAXIMUM
        ? Layer.Pool.Kind.MAXIMUM
        : Layer.Pool.Kind.MEAN;
  }

  private double[] factors(Node node, Layer.Dropout dropout) {
    int area = node.shape().area();
    int channels = node.shape().channels();
    float[] factors = new float[batch * channels * area];
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < channels; c++) {
        DropoutOperation.fillFactors(
            noise, node.index(), dropout.rate(), n, c, factors, (n * channels + c) * area, area);
      }
    }
    double[] values = new double[factors.length];
    Arrays.setAll(values, i -> factors[i]);
    return values;
  }

  private interface Tap {
    void visit(int target, int source, int weight);
  }

  /**
   * Every product of a value and a weight that some output adds up.
   *
   * @param multiplier output channels of each input channel where that is all they read, else 0
   */
  private void eachTap(Node node, Window window, int multiplier, Tap tap) {
    Shape in = network.node(node.input()).shape();
    Shape out = node.shape();
    int weights = offset(node, Kind.WEIGHT);
    int inputs = multiplier == 0 ? in.channels() : 1;
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < out.channels(); o++) {
        for (int y = 0; y < out.height(); y++) {
          for (int x = 0; x < out.width(); x++) {
            int target = ((n * out.channels() + o) * out.height() + y) * out.width() + x;
            for (int i = 0; i < inputs; i++) {
              int c = multiplier == 0 ? i : o / multiplier;
              for (int v = 0; v < window.height(); v++) {
                for (int u = 0; u < window.width(); u++) {
                  int row = y * window.strideHeight() + v - window.top();
                  int column = x * window.strideWidth() + u - window.left();
                  if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
                    int source =
                        ((n * in.channels() + c) * in.height() + row) * in.width() + column;
                    int weight =
                        weights + ((o * inputs + i) * window.height() + v) * window.width() + u;
                    tap.visit(target, source, weight);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private interface Share {
    void visit(int target, int source, double share);
  }

  /** What share each value has in the maximum or mean of every window. */
  private void eachWindow(
      Node node, Layer.Pool.Kind kind, Window window, double[] values, Share share) {
    Shape in = network.node(node.input()).shape();
    Shape out = node.shape();
    for (int nc = 0; nc < batch * in.channels(); nc++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          List<Integer> seen = new ArrayList<>();
          for (int v = 0; v < window.height(); v++) {
            for (int u = 0; u < window.width(); u++) {
              int row = y * window.strideHeight() + v - window.top();
              int column = x * window.strideWidth() + u - window.left();
              if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
                seen.add((nc * in.height() + row) * in.width() + column);
              }
            }
          }
          int target = (nc * out.height() + y) * out.width() + x;
          switch (kind) {
            case MAXIMUM -> {
              int best = seen.get(0);
              for (int source : seen) {
                best = values[source] > values[best] ? source : best;
              }
              for (int source : seen) {
                kinkAt(values[source] - values[best]);
              }
              share.visit(target, best, 1);
            }
            case MEAN -> seen.forEach(i -> share.visit(target, i, 1.0 / seen.size()));
            case MEAN_WITH_PADDING ->
                seen.forEach(i -> share.visit(target, i, 1.0 / window.area()));
          }
        }
      }
    }
  }

  private interface MergedValue {
    void visit(int target, int input, int source);
  }

  private void eachMerged(Node node, MergedValue value) {
    int area = node.shape().area();
    int all = node.shape().channels() * area;
    for (int n = 0; n < batch; n++) {
      int first = n * all;
      for (int input : node.inputs()) {
        int size = network.node(input).shape().size();
        for (int i = 0; i < size; i++) {
          value.visit(first + i, input, n * size + i);
        }
        first += size;
      }
    }
  }

  private interface PaddedValue {
    void visit(int target, int source);
  }

  private void eachPadded(Node node, Layer.ZeroPadding padding, PaddedValue value) {
    Shape in = network.node(node.input()).shape();
    Shape out = node.shape();
    for (int nc = 0; nc < batch * in.channels(); nc++) {
      for (int y = 0; y < in.height(); y++) {
        for (int x = 0; x < in.width(); x++) {
          int row = y + padding.top();
          int column = x + padding.left();
          value.visit(
              (nc * out.height() + row) * out.width() + column,
              (nc * in.height() + y) * in.width() + x);
        }
      }
    }
  }

  private void batchNorm(Node node, Layer.BatchNorm layer, double[] out) {
    Shape shape = node.shape();
    double[] in = outputs[node.input()];
    double count = (double) batch * shape.area();
    normalised[node.index()] = new double[out.length];
    Set<Integer> active =
        Arrays.stream(ActiveChannels.of(node, mask)).boxed().collect(Collectors.toSet());
    for (int c = 0; c < shape.channels(); c++) {
      double mean = 0;
      double square = 0;
      for (int i : positions(shape, c)) {
        mean += in[i] / count;
      }
      for (int i : positions(shape, c)) {
        square += (in[i] - mean) * (in[i] - mean) / count;
      }
      statistics[dense.statistics().tensor(node.index(), Kind.MEAN).offset() + c] = mean;
      statistics[dense.statistics().tensor(node.index(), Kind.VARIANCE).offset() + c] = square;
      for (int i : positions(shape, c)) {
        normalised[node.index()][i] = (in[i] - mean) / Math.sqrt(square + layer.epsilon());
        double value =
            parameters[offset(node, Kind.SCALE) + c] * normalised[node.index()][i]
                + parameters[offset(node, Kind.SHIFT) + c];
        if (layer.relu() && active.contains(c)) {
          kinkAt(value);
        }
        out[i] = layer.relu() ? Math.max(0, value) : value;
      }
    }
  }

  private void batchNormBackward(Node node, Layer.BatchNorm layer, double[] out) {
    Shape shape = node.shape();
    double count = (double) batch * shape.area();
    double[] hat = normalised[node.index()];
    for (int c : ActiveChannels.of(node, mask)) {
      double sum = 0;
      double product = 0;
      for (int i : positions(shape, c)) {
        double g = layer.relu() && outputs[node.index()][i] <= 0 ? 0 : out[i];
        sum += g;
        product += g * hat[i];
      }
      gradient[offset(node, Kind.SCALE) + c] += product;
      gradient[offset(node, Kind.SHIFT) + c] += sum;
      double variance =
          statistics[dense.statistics().tensor(node.index(), Kind.VARIANCE).offset() + c];
      double factor =
          parameters[offset(node, Kind.SCALE) + c] / Math.sqrt(variance + layer.epsilon());
      for (int i : positions(shape, c)) {
        double g = layer.relu() && outputs[node.index()][i] <= 0 ? 0 : out[i];
        outputGradients[node.input()][i] += factor * (g - sum / count - hat[i] * product / count);
      }
    }
  }

  private int[] positions(Shape shape, int channel) {
    int[] positions = new int[batch * shape.area()];
    for (int n = 0; n < batch; n++) {
      for (int p = 0; p < shape.area(); p++) {
        positions[n * shape.area() + p] = (n * shape.channels() + channel) * shape.area() + p;
      }
    }
    return positions;
  }

  private void softmaxCrossEntropy(Targets targets) {
    int classes = network.classes();
    double[] logits = logits();
    double[] logitsGradient = outputGradients[outputs.length - 1];
    loss = 0;
    for (int n = 0; n < batch; n++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(logits[n * classes + k]);
      }
      for (int k = 0; k < classes; k++) {
        double mixed =
            (k == targets.labels()[n] ? targets.share() : 0)
                + (k == targets.others()[n] ? 1 - targets.share() : 0);
        double share = (1 - targets.smoothing()) * mixed + targets.smoothing() / classes;
        loss -= share * (logits[n * classes + k] - Math.log(sum)) / batch;
        double probability = Math.exp(logits[n * classes + k]) / sum;
        logitsGradient[n * classes + k] = (probability - share) / batch;
      }
    }
  }

  private int offset(Node node, Kind kind) {
    return dense.parameters().tensor(node.index(), kind).offset();
  }
}
