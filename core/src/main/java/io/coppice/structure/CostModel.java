package io.coppice.structure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a mask costs, as a polynomial of the numbers of active channels of the groups: a sum of
 * terms {@code coefficient * n_first * n_second}, where a group of {@link #NONE} stands for the
 * factor 1. FLOPs, parameters and the paper's channel count all have this form. Time has summands
 * besides that count only where a layer is computed at all, and depends on channels as they are
 * stored, in whole blocks.
 *
 * @param terms the polynomial
 * @param conditionals summands of layers that are skipped where nothing goes in or out
 * @param block numbers of channels are rounded up to multiples of it, at least 1. Expectations and
 *     their derivatives are those of numbers that are not rounded: what is drawn costs more
 */
public record CostModel(List<Term> terms, List<Conditional> conditionals, int block) {

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
      requireNotNegative(coefficient);
    }

    /** So many times as much. */
    public Term times(double factor) {
      return new Term(factor * coefficient, first, second);
    }
  }

  /**
   * {@code coefficient * n_group} where an active channel is in some of the groups that go in, and
   * one in some of those that come out.
   *
   * @param coefficient cost a channel, not negative
   * @param group a group, or {@link #NONE} for the factor 1
   * @param in groups, ascending; none: no such condition
   * @param out likewise
   */
  public record Conditional(double coefficient, int group, List<Integer> in, List<Integer> out) {
    public Conditional {
      requireNotNegative(coefficient);
      in = unimplied(in, group);
      out = unimplied(out, group);
    }

    /** A condition that the group fulfils itself, as soon as it counts, is none. */
    private static List<Integer> unimplied(List<Integer> groups, int group) {
      return groups.contains(group) ? List.of() : groups.stream().sorted().distinct().toList();
    }

    private double cost(double[] activeChannels) {
      return any(in, activeChannels) && any(out, activeChannels)
          ? coefficient * factor(activeChannels, group)
          : 0;
    }

    private static boolean any(List<Integer> groups, double[] activeChannels) {
      return groups.isEmpty() || groups.stream().anyMatch(group -> activeChannels[group] > 0);
    }
  }

  public CostModel {
    terms = List.copyOf(terms);
    conditionals = List.copyOf(conditionals);
    if (block < 1) {
      throw new IllegalArgumentException("a block has at least 1 channel, found " + block);
    }
  }

  /** A polynomial alone. */
  public CostModel(List<Term> terms) {
    this(terms, List.of(), 1);
  }

  /**
   * The same of numbers of channels that are not rounded, which changes a little with every one.
   */
  public CostModel smooth() {
    return block == 1 ? this : new CostModel(terms, conditionals, 1);
  }

  private static void requireNotNegative(double cost) {
    if (!(cost >= 0)) {
      throw new IllegalArgumentException("a cost is not negative, found " + cost);
    }
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
    return block == 1 ? costOf(activeChannels) : costOf(rounded(activeChannels));
  }

  private double[] rounded(double[] activeChannels) {
    double[] rounded = activeChannels.clone();
    Arrays.setAll(rounded, group -> block * Math.ceil(rounded[group] / block));
    return rounded;
  }

  private double costOf(double[] activeChannels) {
    double cost = polynomial(activeChannels);
    for (Conditional conditional : conditionals) {
      cost += conditional.cost(activeChannels);
    }
    return cost;
  }

  private double polynomial(double[] activeChannels) {
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
    double expected = polynomial(mean);
    for (Term term : terms) {
      if (term.first() != NONE && term.first() == term.second()) {
        expected += term.coefficient() * variance[term.first()];
      }
    }
    for (Conditional conditional : conditionals) {
      expected +=
          conditional.coefficient()
              * factor(mean, conditional.group())
              * new Condition(conditional, space, probabilities).probability();
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
    for (Conditional conditional : conditionals) {
      Condition condition = new Condition(conditional, space, probabilities);
      condition.addGradient(
          conditional.coefficient() * factor(mean, conditional.group()), gradient);
      if (conditional.group() != NONE) {
        double ofChannel = conditional.coefficient() * condition.probability();
        for (int unit = space.firstUnit(conditional.group());
            unit < space.firstUnit(conditional.group() + 1);
            unit++) {
          gradient[unit] += ofChannel * space.size(unit);
        }
      }
    }
    return gradient;
  }

  /** Whether the cost is a weighted count of channels: no term joins two groups. */
  public boolean isLinear() {
    return conditionals.isEmpty()
        && terms.stream().allMatch(term -> term.first() == NONE || term.second() == NONE);
  }

  /** That something goes in and something comes out, where units are independent. */
  private record Condition(Conditional conditional, StructureSpace space, double[] probabilities) {

    /** By inclusion and exclusion, as a group may be on both sides. */
    double probability() {
      return 1
          - allEmpty(conditional.in(), -1)
          - allEmpty(conditional.out(), -1)
          + allEmpty(both(), -1);
    }

    /** Adds so many times the derivatives of the probability with respect to s. */
    void addGradient(double factor, double[] gradient) {
      addGradient(conditional.in(), factor, gradient);
      addGradient(conditional.out(), factor, gradient);
      addGradient(both(), -factor, gradient);
    }

    private void addGradient(List<Integer> groups, double factor, double[] gradient) {
      for (int group : groups) {
        for (int unit = space.firstUnit(group); unit < space.firstUnit(group + 1); unit++) {
          gradient[unit] += factor * allEmpty(groups, unit);
        }
      }
    }

    /** The groups of both sides; none where one side has no condition. */
    private List<Integer> both() {
      return conditional.in().isEmpty() || conditional.out().isEmpty()
          ? List.of()
          : Stream.concat(conditional.in().stream(), conditional.out().stream())
              .distinct()
              .toList();
    }

    /**
     * The probability that all of some groups are empty; 0 where there are none.
     *
     * @param exempt a unit that is not looked at, or -1
     */
    private double allEmpty(List<Integer> groups, int exempt) {
      double probability = groups.isEmpty() ? 0 : 1;
      for (int group : groups) {
        probability *= space.lastingChannels(group) > 0 ? 0 : 1;
        for (int unit = space.firstUnit(group); unit < space.firstUnit(group + 1); unit++) {
          probability *= unit == exempt ? 1 : 1 - probabilities[unit];
        }
      }
      return probability;
    }
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
