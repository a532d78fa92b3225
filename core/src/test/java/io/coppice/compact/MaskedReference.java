package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.network.Shape;
import io.coppice.structure.Mask;

/**
 * The slow, obvious implementation: the whole network in double precision, every channel computed,
 * absent channels set to 0 wherever they are written. Gradients by the chain rule, layer by layer.
 * Tensors are {@code (batch, channels, height, width)}, parameters laid out as those of the dense
 * network.
 */
final class MaskedReference {

  private final Network network;
  private final CompactNetwork dense;
  private final Mask mask;
  private final int batch;
  private final double[] parameters;
  private final double[][] outputs;
  private final double[][] outputGradients;
  private final double[][] normalised;
  final double[] gradient;
  final double[] statistics;
  double loss;

  MaskedReference(Network network, Mask mask, int batch, double[] parameters) {
    this.network = network;
    this.dense = CompactNetwork.dense(network);
    this.mask = mask;
    this.batch = batch;
    this.parameters = parameters;
    int nodes = network.nodes().size();
    outputs = new double[nodes][];
    outputGradients = new double[nodes][];
    normalised = new double[nodes][];
    gradient = new double[parameters.length];
    statistics = new double[dense.statistics().size()];
  }

  /** Computes the loss, its gradient, and the batch statistics. */
  MaskedReference run(float[] images, int[] labels) {
    for (Node node : network.nodes()) {
      outputs[node.index()] = forward(node, images);
      removeAbsent(node, outputs[node.index()]);
      outputGradients[node.index()] = new double[outputs[node.index()].length];
    }
    softmaxCrossEntropy(labels);
    for (int i = network.nodes().size() - 1; i > 0; i--) {
      removeAbsent(network.node(i), outputGradients[i]);
      backward(network.node(i));
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
        for (int c : TensorLayout.channels(network, node, mask)) {
          smallest = Math.min(smallest, statistics[offset + c]);
        }
      }
    }
    return smallest;
  }

  private boolean readsEmptyConvolution(Node norm) {
    Node source = network.node(norm.input());
    return source.layer() instanceof Layer.Convolution
        && TensorLayout.channels(network, network.node(source.input()), mask).length == 0;
  }

  double[] logits() {
    return outputs[outputs.length - 1];
  }

  private void removeAbsent(Node node, double[] values) {
    if (node.group() == Node.UNGROUPED) {
      return;
    }
    int area = node.shape().area();
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < node.shape().channels(); c++) {
        if (!mask.isActive(node.group(), c)) {
          for (int p = 0; p < area; p++) {
            values[(n * node.shape().channels() + c) * area + p] = 0;
          }
        }
      }
    }
  }

  private double[] forward(Node node, float[] images) {
    Layer layer = node.layer();
    double[] out = new double[batch * node.shape().size()];
    if (layer instanceof Layer.Input) {
      for (int i = 0; i < out.length; i++) {
        out[i] = images[i];
      }
    } else if (layer instanceof Layer.Convolution) {
      convolve(
          node,
          (n, o, y, x, c, v, u, w, target, source) ->
              out[target] += parameters[w] * outputs[node.input()][source]);
    } else if (layer instanceof Layer.BatchNorm norm) {
      batchNorm(node, norm, out);
    } else if (layer instanceof Layer.MaxPool pool) {
      eachWindow(node, pool, (target, source) -> out[target] = outputs[node.input()][source]);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      int area = network.node(node.input()).shape().area();
      for (int i = 0; i < outputs[node.input()].length; i++) {
        out[i / area] += outputs[node.input()][i] / area;
      }
    } else if (layer instanceof Layer.Sum sum) {
      for (int i = 0; i < out.length; i++) {
        double value = outputs[node.inputs().get(0)][i] + outputs[node.inputs().get(1)][i];
        out[i] = sum.relu() ? Math.max(0, value) : value;
      }
    } else if (layer instanceof Layer.Linear) {
      int in = network.node(node.input()).shape().channels();
      int weight = offset(node, Kind.WEIGHT);
      int bias = offset(node, Kind.BIAS);
      int classes = node.shape().channels();
      for (int n = 0; n < batch; n++) {
        for (int k = 0; k < classes; k++) {
          double value = parameters[bias + k];
          for (int c = 0; c < in; c++) {
            value += parameters[weight + k * in + c] * outputs[node.input()][n * in + c];
          }
          out[n * classes + k] = value;
        }
      }
    }
    return out;
  }

  private void backward(Node node) {
    Layer layer = node.layer();
    double[] out = outputGradients[node.index()];
    if (layer instanceof Layer.Convolution) {
      double[] source = outputs[node.input()];
      double[] sourceGradient = outputGradients[node.input()];
      convolve(
          node,
          (n, o, y, x, c, v, u, w, target, from) -> {
            gradient[w] += out[target] * source[from];
            sourceGradient[from] += out[target] * parameters[w];
          });
    } else if (layer instanceof Layer.BatchNorm norm) {
      batchNormBackward(node, norm, out);
    } else if (layer instanceof Layer.MaxPool pool) {
      eachWindow(
          node, pool, (target, source) -> outputGradients[node.input()][source] += out[target]);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      int area = network.node(node.input()).shape().area();
      for (int i = 0; i < outputGradients[node.input()].length; i++) {
        outputGradients[node.input()][i] += out[i / area] / area;
      }
    } else if (layer instanceof Layer.Sum sum) {
      for (int i = 0; i < out.length; i++) {
        double value = sum.relu() && outputs[node.index()][i] <= 0 ? 0 : out[i];
        outputGradients[node.inputs().get(0)][i] += value;
        outputGradients[node.inputs().get(1)][i] += value;
      }
    } else if (layer instanceof Layer.Linear) {
      int in = network.node(node.input()).shape().channels();
      int weight = offset(node, Kind.WEIGHT);
      int bias = offset(node, Kind.BIAS);
      int classes = node.shape().channels();
      for (int n = 0; n < batch; n++) {
        for (int k = 0; k < classes; k++) {
          gradient[bias + k] += out[n * classes + k];
          for (int c = 0; c < in; c++) {
            gradient[weight + k * in + c] +=
                out[n * classes + k] * outputs[node.input()][n * in + c];
            outputGradients[node.input()][n * in + c] +=
                out[n * classes + k] * parameters[weight + k * in + c];
          }
        }
      }
    }
  }

  private interface Tap {
    void visit(int n, int o, int y, int x, int c, int v, int u, int weight, int target, int source);
  }

  private void convolve(Node node, Tap tap) {
    Layer.Convolution layer = (Layer.Convolution) node.layer();
    Shape in = network.node(node.input()).shape();
    Shape out = node.shape();
    int k = layer.kernel();
    int weights = offset(node, Kind.WEIGHT);
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < out.channels(); o++) {
        for (int y = 0; y < out.height(); y++) {
          for (int x = 0; x < out.width(); x++) {
            int target = ((n * out.channels() + o) * out.height() + y) * out.width() + x;
            for (int c = 0; c < in.channels(); c++) {
              for (int v = 0; v < k; v++) {
                for (int u = 0; u < k; u++) {
                  int row = y * layer.stride() + v - layer.padding();
                  int column = x * layer.stride() + u - layer.padding();
                  if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
                    int source =
                        ((n * in.channels() + c) * in.height() + row) * in.width() + column;
                    int weight = weights + ((o * in.channels() + c) * k + v) * k + u;
                    tap.visit(n, o, y, x, c, v, u, weight, target, source);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private interface Winner {
    void visit(int target, int source);
  }

  private void eachWindow(Node node, Layer.MaxPool layer, Winner winner) {
    Shape in = network.node(node.input()).shape();
    Shape out = node.shape();
    double[] values = outputs[node.input()];
    for (int nc = 0; nc < batch * in.channels(); nc++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          int best = -1;
          for (int v = 0; v < layer.kernel(); v++) {
            for (int u = 0; u < layer.kernel(); u++) {
              int source =
                  (nc * in.height() + y * layer.stride() + v) * in.width() + x * layer.stride() + u;
              if (best < 0 || values[source] > values[best]) {
                best = source;
              }
            }
          }
          winner.visit((nc * out.height() + y) * out.width() + x, best);
        }
      }
    }
  }

  private void batchNorm(Node node, Layer.BatchNorm layer, double[] out) {
    Shape shape = node.shape();
    double[] in = outputs[node.input()];
    double count = (double) batch * shape.area();
    normalised[node.index()] = new double[out.length];
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
        normalised[node.index()][i] = (in[i] - mean) / Math.sqrt(square + Layer.BatchNorm.EPSILON);
        double value =
            parameters[offset(node, Kind.SCALE) + c] * normalised[node.index()][i]
                + parameters[offset(node, Kind.SHIFT) + c];
        out[i] = layer.relu() ? Math.max(0, value) : value;
      }
    }
  }

  private void batchNormBackward(Node node, Layer.BatchNorm layer, double[] out) {
    Shape shape = node.shape();
    double count = (double) batch * shape.area();
    double[] hat = normalised[node.index()];
    for (int c = 0; c < shape.channels(); c++) {
      if (!mask.isActive(node.group(), c)) {
        continue;
      }
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
          parameters[offset(node, Kind.SCALE) + c] / Math.sqrt(variance + Layer.BatchNorm.EPSILON);
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

  private void softmaxCrossEntropy(int[] labels) {
    int classes = network.classes();
    double[] logits = logits();
    double[] logitsGradient = outputGradients[outputs.length - 1];
    loss = 0;
    for (int n = 0; n < batch; n++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(logits[n * classes + k]);
      }
      loss -= (logits[n * classes + labels[n]] - Math.log(sum)) / batch;
      for (int k = 0; k < classes; k++) {
        double probability = Math.exp(logits[n * classes + k]) / sum;
        logitsGradient[n * classes + k] = (probability - (k == labels[n] ? 1 : 0)) / batch;
      }
    }
  }

  private int offset(Node node, Kind kind) {
    return dense.parameters().tensor(node.index(), kind).offset();
  }
}
