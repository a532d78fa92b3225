package io.coppice.compact;

import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Costs of a network as functions of its active channels. */
public final class NetworkCost {

  private NetworkCost() {}

  /**
   * Floating-point operations of the forward pass of one image: 2 for each multiply-add of
   * convolutions and linear layers. Padding counts as computed, as usual; norms, activations,
   * biases and sums are left out.
   */
  public static CostModel flops(Network network) {
    return cost(network, node -> new Flops(network, node));
  }

  /** Number of trained parameters: weights, scales, shifts and biases. */
  public static CostModel parameters(Network network) {
    return cost(network, node -> new Parameters(network, node));
  }

  /**
   * The paper's count: every output channel of every convolution once, and likewise the outputs of
   * hidden linear layers.
   */
  public static CostModel channels(Network network) {
    return cost(network, node -> new Channels(network, node));
  }

  private static CostModel cost(Network network, Function<Node, WeightsCost> ofNode) {
    List<Term> terms = new ArrayList<>();
    for (Node node : network.nodes()) {
      terms.addAll(node.layer().accept(ofNode.apply(node)));
    }
    return new CostModel(terms);
  }

  /** A cost that only layers with trained parameters have. */
  private abstract static class WeightsCost implements Layer.TrainedVisitor<List<Term>> {
    final Network network;
    final Node node;

    WeightsCost(Network network, Node node) {
      this.network = network;
      this.node = node;
    }

    Node source() {
      return network.node(node.input());
    }

    List<Term> perChannel(double coefficient) {
      return NodeTerms.perChannel(node, coefficient);
    }

    List<Term> perPair(double coefficient) {
      return NodeTerms.perPair(node, source(), coefficient);
    }

    static List<Term> both(List<Term> some, List<Term> others) {
      List<Term> all = new ArrayList<>(some);
      all.addAll(others);
      return all;
    }

    @Override
    public List<Term> untrained(Layer layer) {
      return List.of();
    }

    @Override
    public List<Term> visit(Layer.BatchNorm norm) {
      return List.of();
    }
  }

  private static final class Flops extends WeightsCost {
    Flops(Network network, Node node) {
      super(network, node);
    }

    @Override
    public List<Term> visit(Layer.Convolution convolution) {
      return perPair(2.0 * convolution.window().area() * node.shape().area());
    }

    @Override
    public List<Term> visit(Layer.DepthwiseConvolution convolution) {
      return perChannel(2.0 * convolution.window().area() * node.shape().area());
    }

    @Override
    public List<Term> visit(Layer.Linear linear) {
      return perPair(2.0 * source().shape().area());
    }
  }

  private static final class Parameters extends WeightsCost {
    Parameters(Network network, Node node) {
      super(network, node);
    }

    @Override
    public List<Term> visit(Layer.Convolution convolution) {
      return withBias(perPair(convolution.window().area()), convolution.bias());
    }

    @Override
    public List<Term> visit(Layer.DepthwiseConvolution convolution) {
      return withBias(perChannel(convolution.window().area()), convolution.bias());
    }

    @Override
    public List<Term> visit(Layer.BatchNorm norm) {
      return perChannel(2);
    }

    @Override
    public List<Term> visit(Layer.Linear linear) {
      return withBias(perPair(source().shape().area()), linear.bias());
    }

    private List<Term> withBias(List<Term> weights, boolean bias) {
      return bias ? both(weights, perChannel(1)) : weights;
    }
  }

  private static final class Channels extends WeightsCost {
    Channels(Network network, Node node) {
      super(network, node);
    }

    @Override
    public List<Term> visit(Layer.Convolution convolution) {
      return perChannel(1);
    }

    @Override
    public List<Term> visit(Layer.DepthwiseConvolution convolution) {
      return perChannel(1);
    }

    @Override
    public List<Term> visit(Layer.Linear linear) {
      return node.equals(network.logits()) ? List.of() : perChannel(1);
    }
  }
}
