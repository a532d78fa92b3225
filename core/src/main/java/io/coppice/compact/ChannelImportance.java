package io.coppice.compact;

import io.coppice.compact.TensorLayout.Kind;
import io.coppice.network.ChannelGroup;
import io.coppice.network.ChannelSpan;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.StructureSpace;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How much a network depends on each channel of its groups, told by its weights or by weights and
 * gradient. Importances are indexed by group and channel, never negative, and 0 for channels that a
 * layout does not have.
 */
public final class ChannelImportance {

  private final Network network;
  private final List<Node> norms;
  private final List<Node> bareWriters;
  private final List<Node> readers;

  public ChannelImportance(Network network) {
    this.network = network;
    this.norms =
        network.nodes().stream().filter(node -> node.layer() instanceof Layer.BatchNorm).toList();
    Set<Integer> normalised = normalised(network);
    this.bareWriters =
        network.nodes().stream()
            .filter(node -> writes(node) && !normalised.contains(node.index()))
            .toList();
    this.readers = network.nodes().stream().filter(ChannelImportance::mixes).toList();
  }

  /** Whether every output of a layer is made of all channels that it reads. */
  private static boolean mixes(Node node) {
    return node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear;
  }

  private static boolean writes(Node node) {
    return mixes(node) || node.layer() instanceof Layer.DepthwiseConvolution;
  }

  /** The nodes whose output some batch norm reads before another layer with weights does. */
  private static Set<Integer> normalised(Network network) {
    Set<Integer> normalised = new HashSet<>();
    for (int index = network.nodes().size() - 1; index > 0; index--) {
      Node node = network.node(index);
      boolean passesOn = !writes(node) && normalised.contains(index);
      if (passesOn || node.layer() instanceof Layer.BatchNorm) {
        normalised.addAll(node.inputs());
      }
    }
    return normalised;
  }

  /**
   * By size alone: of each channel the sum of |scale| of all batch norms that normalise it, as Liu
   * et al. ("Learning Efficient Convolutional Networks through Network Slimming", ICCV 2017) have
   * it for one. What a layer writes that no norm reads before the next layer with weights counts by
   * the L2 norm of the channel's kernel instead.
   *
   * @param layout of trained tensors
   * @param parameters their values
   */
  public double[][] magnitude(RowLayout layout, float[] parameters) {
    double[][] importance = zeros();
    for (Node norm : norms) {
      Rows rows = layout.rows(norm.index(), Kind.SCALE);
      double[] scales = new double[norm.shape().channels()];
      for (int row = 0; row < rows.outputs().length; row++) {
        scales[rows.outputs()[row]] = Math.abs(parameters[rows.starts()[row]]);
      }
      addTo(importance, norm, scales);
    }
    for (Node writer : bareWriters) {
      addTo(importance, writer, kernelNorms(writer, layout, parameters));
    }
    return importance;
  }

  private static double[] kernelNorms(Node writer, RowLayout layout, float[] parameters) {
    Rows rows = layout.rows(writer.index(), Kind.WEIGHT);
    double[] norms = new double[writer.shape().channels()];
    for (int row = 0; row < rows.outputs().length; row++) {
      double squares = 0;
      for (int i = rows.starts()[row]; i < rows.starts()[row + 1]; i++) {
        squares += (double) parameters[i] * parameters[i];
      }
      norms[rows.outputs()[row]] = Math.sqrt(squares);
    }
    return norms;
  }

  /**
   * By how much the loss would change without the channel, to first order, squared (Molchanov et
   * al., "Importance Estimation for Neural Network Pruning", CVPR 2019): the square of the sum of
   * gradient times weight. It is taken over the weights by which convolutions and linear layers
   * read the channel, which is what its absence takes from the network whatever lies between. Where
   * that is a batch norm, with ReLU behind it, it equals the paper's sum over the norm's scale and
   * shift; but there are channels without a norm, and streams that are normalised where they are
   * read.
   *
   * @param layout of trained tensors
   * @param parameters their values
   * @param gradient of a loss by them; of a loss that is n times as large, importances are n^2
   *     times as large
   */
  public double[][] taylor(RowLayout layout, float[] parameters, float[] gradient) {
    List<double[]> changes =
        IntStream.range(0, readers.size())
            .parallel()
            .mapToObj(reader -> changes(readers.get(reader), layout, parameters, gradient))
            .toList();
    double[][] importance = zeros();
    for (int reader = 0; reader < readers.size(); reader++) {
      addTo(importance, network.node(readers.get(reader).input()), changes.get(reader));
    }
    for (double[] ofGroup : importance) {
      for (int channel = 0; channel < ofGroup.length; channel++) {
        ofGroup[channel] *= ofGroup[channel];
      }
    }
    return importance;
  }

  /** Gradient times weight by the channels that a layer reads. */
  private double[] changes(Node reader, RowLayout layout, float[] parameters, float[] gradient) {
    Rows rows = layout.rows(reader.index(), Kind.WEIGHT);
    double[] changes = new double[network.node(reader.input()).shape().channels()];
    for (int row = 0; row < rows.outputs().length; row++) {
      int next = rows.starts()[row];
      for (int input : rows.inputs(row)) {
        for (int end = next + rows.kernelArea(); next < end; next++) {
          changes[input] += (double) gradient[next] * parameters[next];
        }
      }
    }
    return changes;
  }

  /**
   * Importances of units of structure: the mean of their channels', so that a unit at the end of a
   * group is not less important for being smaller, and what it costs is smaller too.
   *
   * @param importance by group and channel
   * @return one value a unit
   */
  public static double[] ofUnits(StructureSpace space, double[][] importance) {
    double[] ofUnits = new double[space.units()];
    int[] next = new int[space.groups()];
    Arrays.setAll(next, space::lastingChannels);
    for (int unit = 0; unit < ofUnits.length; unit++) {
      int group = space.group(unit);
      double sum = 0;
      for (int i = 0; i < space.size(unit); i++) {
        sum += importance[group][next[group]++];
      }
      ofUnits[unit] = sum / space.size(unit);
    }
    return ofUnits;
  }

  private double[][] zeros() {
    return network.groups().stream()
        .map(ChannelGroup::channels)
        .map(channels -> new double[channels])
        .toArray(double[][]::new);
  }

  /** Adds values of all channels of a node's output to the channels of groups that they are of. */
  private static void addTo(double[][] ofGroups, Node node, double[] ofNode) {
    int channel = 0;
    for (ChannelSpan span : node.spans()) {
      for (int i = 0; i < span.channels(); i++, channel++) {
        if (!span.isFixed()) {
          ofGroups[span.group()][i / span.repeats()] += ofNode[channel];
        }
      }
    }
  }
}
