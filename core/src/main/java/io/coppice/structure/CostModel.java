package io.coppice.structure;

import java.util.Arrays;
import java.util.List;

/**
 * What a mask costs, as a polynomial of the numbers of active channels of the groups: a sum of
 * terms {@code coefficient * n_first * n_second}, where a group of {@link #NONE} stands for the
 * factor 1. FLOPs, parameters and the paper's channel count all have this form.
 *
 * @param terms the summands
 */
public record CostModel(List<Term> terms) {

  /** Stands for the factor 1 in a term. */
  public static final int NONE = -1;

  /**
   * {@code coefficient * n_first * n_second}.
   *
   * @param coefficient cost a channel (or a pair of channels), not negative
   * @param first a group, or {@link #NONE}
   * @param second a group, or {@link #NONE}
   */
  public record Term(double coefficient, int first, int second) {
    public Term {
      if (!(coefficient >= 0)) {
        throw new IllegalArgumentException("a cost is not negative, found " + coefficient);
      }
    }
  }

  public CostModel {
    terms = List.copyOf(terms);
  }

  /** The exact cost of a mask. */
  public double cost(Mask mask) {
    double[] active = new double[mask.groups()];
    for (int group = 0; group < active.length; group++) {
      active[group] = mask.activeCount(group);
    }
    return cost(active);
  }

  /** The exact cost of so many active channels of every group. */
  public double cost(double[] activeChannels) {
    double cost = 0;
    for (Term term : terms) {
      cost +=
          term.coefficient()
              * factor(activeChannels, term.first())
              * factor(activeChannels, term.second());
    }
    return cost;
  }

  /** The expectation of the cost of a mask drawn from s. */
  public double expected(StructureSpace space, double[] probabilities) {
    double[] mean = lasting(space);
    double[] variance = new double[space.groups()];
    for (int unit = 0; unit < space.units(); unit++) {
      double s = probabilities[unit];
      double size = space.size(unit);
      mean[space.group(unit)] += size * s;
      variance[space.group(unit)] += size * size * s * (1 - s);
    }
    double expected = cost(mean);
    for (Term term : terms) {
      if (term.first() != NONE && term.first() == term.second()) {
        expected += term.coefficient() * variance[term.first()];
      }
    }
    return expected;
  }

  /** The partial derivatives of {@link #expected} with respect to s, one a unit; never negative. */
  public double[] expectedGradient(StructureSpace space, double[] probabilities) {
    double[] mean = lasting(space);
    for (int unit = 0; unit < space.units(); unit++) {
      mean[space.group(unit)] += space.size(unit) * probabilities[unit];
    }
    double[] perChannel = new double[space.groups()];
    double[] ownPair = new double[space.groups()];
    for (Term term : terms) {
      if (term.first() != NONE && term.first() == term.second()) {
        ownPair[term.first()] += term.coefficient();
      }
      if (term.first() != NONE) {
        perChannel[term.first()] += term.coefficient() * factor(mean, term.second());
      }
      if (term.second() != NONE) {
        perChannel[term.second()] += term.coefficient() * factor(mean, term.first());
      }
    }
    double[] gradient = new double[space.units()];
    for (int unit = 0; unit < gradient.length; unit++) {
      double size = space.size(unit);
      int group = space.group(unit);
      gradient[unit] =
          size * perChannel[group] + ownPair[group] * size * size * (1 - 2 * probabilities[unit]);
    }
    return gradient;
  }

  /** Whether the cost is a weighted count of channels: no term joins two groups. */
  public boolean isLinear() {
    return terms.stream().allMatch(term -> term.first() == NONE || term.second() == NONE);
  }

  private static double[] lasting(StructureSpace space) {
    double[] channels = new double[space.groups()];
    Arrays.setAll(channels, space::lastingChannels);
    return channels;
  }

  private static double factor(double[] counts, int group) {
    return group == NONE ? 1 : counts[group];
  }
}
