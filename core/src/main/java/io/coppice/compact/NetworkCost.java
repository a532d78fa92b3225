package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.List;

/** Costs of a network as functions of its active channels. */
public final class NetworkCost {

  private NetworkCost() {}

  /**
   * Floating-point operations of the forward pass of one image: 2 for each multiply-add of
   * convolutions and linear layers. Padding counts as computed, as usual; norms, activations and
   * sums are left out.
   */
  public static CostModel flops(Network network) {
    List<Term> terms = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.Convolution convolution) {
        double perPair = 2.0 * convolution.kernel() * convolution.kernel() * node.shape().area();
        terms.add(pair(network, node, perPair));
      } else if (node.layer() instanceof Layer.Linear) {
        terms.add(pair(network, node, 2.0));
      }
    }
    return new CostModel(terms);
  }

  /** Number of trained parameters: weights, scales, shifts and biases. */
  public static CostModel parameters(Network network) {
    List<Term> terms = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.Convolution convolution) {
        terms.add(pair(network, node, (double) convolution.kernel() * convolution.kernel()));
      } else if (node.layer() instanceof Layer.BatchNorm) {
        terms.add(perChannel(node.group(), node.shape().channels(), 2));
      } else if (node.layer() instanceof Layer.Linear linear) {
        terms.add(pair(network, node, 1));
        terms.add(new Term(linear.outputs(), CostModel.NONE, CostModel.NONE));
      }
    }
    return new CostModel(terms);
  }

  /** The paper's count: every output channel of every convolution once. */
  public static CostModel channels(Network network) {
    List<Term> terms = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Layer.Convolution) {
        terms.add(new Term(1, node.group(), CostModel.NONE));
      }
    }
    return new CostModel(terms);
  }

  private static Term pair(Network network, Node node, double coefficient) {
    Node input = network.node(node.input());
    double factor = coefficient;
    int first = node.group();
    int second = input.group();
    if (first == Node.UNGROUPED) {
      factor *= node.shape().channels();
      first = CostModel.NONE;
    }
    if (second == Node.UNGROUPED) {
      factor *= input.shape().channels();
      second = CostModel.NONE;
    }
    return new Term(factor, first, second);
  }

  private static Term perChannel(int group, int channels, double coefficient) {
    return group == Node.UNGROUPED
        ? new Term(coefficient * channels, CostModel.NONE, CostModel.NONE)
        : new Term(coefficient, group, CostModel.NONE);
  }
}
