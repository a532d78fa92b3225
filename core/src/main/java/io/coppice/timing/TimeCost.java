package io.coppice.timing;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.NetworkCost;
import io.coppice.compact.NodeTerms;
import io.coppice.network.ChannelSpan;
import io.coppice.network.Layer;
import io.coppice.network.Network;
import io.coppice.network.Node;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Conditional;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Milliseconds of a round as a function of the active channels.
 *
 * <p>Each node has a time of its own: a constant, as soon as it is computed at all, so much for
 * each channel that it reads and for each that it gives, and for convolutions and linear layers so
 * much for each pair of them. What is left of a round (drawing minibatches, Spark, what travels,
 * the update of the weights) is a constant and so much for each parameter. All coefficients are
 * fitted to timed rounds by least squares of relative errors; none is negative.
 */
public final class TimeCost {

  /** So little of a round decides on no mask, and cannot be divided by. */
  private static final double LEAST_MILLIS = 1e-6;

  private final Network network;
  private final int block;
  private final List<TimedRound> rounds;
  private final List<CompactNetwork> compacts;
  private final List<Term> terms = new ArrayList<>();
  private final List<Conditional> conditionals = new ArrayList<>();

  private TimeCost(Network network, int block, List<TimedRound> rounds) {
    this.network = network;
    this.block = block;
    this.rounds = rounds;
    this.compacts = rounds.stream().map(round -> CompactNetwork.of(network, round.mask())).toList();
  }

  /**
   * The time of a round.
   *
   * @param block channels are stored in multiples of it
   * @param rounds some that were timed, with masks of many widths of every group
   */
  public static CostModel fit(Network network, int block, List<TimedRound> rounds) {
    TimeCost fit = new TimeCost(network, block, rounds);
    network.nodes().forEach(fit::addNode);
    fit.addRest();
    return new CostModel(fit.terms, fit.conditionals, block);
  }

  /** A factor that a coefficient is sought for, and what follows where that is known. */
  private record Feature(ToDoubleFunction<CompactNetwork> factor, Found found) {
    interface Found {
      void with(double coefficient);
    }
  }

  private void addNode(Node node) {
    boolean mixes =
        node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Linear;
    List<Integer> out = groups(node);
    List<Integer> in = mixes ? groups(network.node(node.input())) : List.of();
    List<Feature> features = new ArrayList<>();
    features.add(
        new Feature(
            compact -> 1,
            coefficient ->
                conditionals.add(new Conditional(coefficient, CostModel.NONE, in, out))));
    if (!out.isEmpty()) {
      features.add(perChannel(node, in, out));
    }
    if (!in.isEmpty()) {
      features.add(perChannel(network.node(node.input()), in, out));
    }
    if (!in.isEmpty() && !out.isEmpty()) {
      features.add(perPair(node, network.node(node.input())));
    }
    List<CompactNetwork> computed = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      double ofNode = rounds.get(i).nodeMillis()[node.index()];
      if (ofNode > LEAST_MILLIS && isComputed(compacts.get(i), node, mixes)) {
        computed.add(compacts.get(i));
        millis.add(ofNode);
      }
    }
    fit(features, computed, millis);
  }

  private static boolean isComputed(CompactNetwork compact, Node node, boolean mixes) {
    return compact.channels(node.index()) > 0 && (!mixes || compact.channels(node.input()) > 0);
  }

  /** The groups of which one has to have an active channel; none where some always has. */
  private static List<Integer> groups(Node node) {
    return node.spans().stream().anyMatch(ChannelSpan::isFixed)
        ? List.of()
        : node.spans().stream().map(ChannelSpan::group).toList();
  }

  /** Channels of a node as its cost's terms count them: of every group rounded up to blocks. */
  private double stored(CompactNetwork compact, Node node) {
    return new CostModel(NodeTerms.perChannel(node, 1), List.of(), block).cost(compact.mask());
  }

  private Feature perChannel(Node node, List<Integer> in, List<Integer> out) {
    return new Feature(
        compact -> stored(compact, node),
        coefficient ->
            NodeTerms.perChannel(node, coefficient)
                .forEach(
                    term ->
                        conditionals.add(
                            new Conditional(term.coefficient(), term.first(), in, out))));
  }

  private Feature perPair(Node node, Node source) {
    return new Feature(
        compact -> stored(compact, node) * stored(compact, source),
        coefficient -> terms.addAll(NodeTerms.perPair(node, source, coefficient)));
  }

  private void addRest() {
    CostModel parameters = new CostModel(NetworkCost.parameters(network).terms(), List.of(), block);
    fit(
        List.of(
            new Feature(
                compact -> 1,
                coefficient -> terms.add(new Term(coefficient, CostModel.NONE, CostModel.NONE))),
            new Feature(
                compact -> parameters.cost(compact.mask()),
                coefficient ->
                    parameters.terms().forEach(term -> terms.add(term.times(coefficient))))),
        compacts,
        rounds.stream()
            .map(
                round ->
                    Math.max(
                        LEAST_MILLIS, round.millis() - Arrays.stream(round.nodeMillis()).sum()))
            .toList());
  }

  private static void fit(
      List<Feature> features, List<CompactNetwork> compacts, List<Double> millis) {
    if (compacts.isEmpty()) {
      return;
    }
    double[][] factors = new double[compacts.size()][];
    for (int row = 0; row < factors.length; row++) {
      CompactNetwork compact = compacts.get(row);
      factors[row] =
          features.stream()
              .mapToDouble(feature -> feature.factor().applyAsDouble(compact))
              .toArray();
    }
    double[] coefficients =
        LeastSquares.fit(factors, millis.stream().mapToDouble(Double::doubleValue).toArray());
    for (int i = 0; i < coefficients.length; i++) {
      if (coefficients[i] > 0) {
        features.get(i).found().with(coefficients[i]);
      }
    }
  }
}
