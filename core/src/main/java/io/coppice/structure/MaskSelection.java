package io.coppice.structure;

import io.coppice.random.CounterRandom;
import java.util.Arrays;
import java.util.Comparator;

/** Masks that are chosen, not drawn from probabilities; all of them keep within a cost limit. */
public final class MaskSelection {

  /** Of the bracket of a share: below a double's 53 bits it decides between no two masks. */
  private static final int HALVINGS = 60;

  private final StructureSpace space;
  private final CostModel cost;

  public MaskSelection(StructureSpace space, CostModel cost) {
    this.space = space;
    this.cost = cost;
  }

  /**
   * The anchor: units in order of falling probability, each kept while the cost stays within the
   * limit and its probability is positive. For equal unit costs this is the most probable mask
   * within the budget; ties go to the lower index.
   */
  public Mask mostProbable(double[] probabilities, double limit) {
    Integer[] order = new Integer[space.units()];
    Arrays.setAll(order, i -> i);
    double[] depth = relativePositions();
    Arrays.sort(
        order,
        Comparator.comparingDouble((Integer unit) -> -probabilities[unit])
            .thenComparingDouble(unit -> depth[unit]));
    return greedy(order, probabilities, limit);
  }

  /**
   * The most probable mask, but for units that are active in the present one: they give way only to
   * units whose probability is higher by more than {@code margin}. Keeps an anchor from following
   * noise.
   */
  public Mask mostProbable(double[] probabilities, double limit, Mask present, double margin) {
    double[] favoured = probabilities.clone();
    for (int unit = 0; unit < favoured.length; unit++) {
      if (favoured[unit] > 0 && space.isActive(present, unit)) {
        favoured[unit] += margin;
      }
    }
    return mostProbable(favoured, limit);
  }

  /** Units in random order, each kept while the cost stays within the limit. */
  public Mask random(double limit, CounterRandom random) {
    int[] permutation = random.permutation(space.units());
    Integer[] order = Arrays.stream(permutation).boxed().toArray(Integer[]::new);
    double[] all = new double[space.units()];
    Arrays.fill(all, 1);
    return greedy(order, all, limit);
  }

  /** {@link GroupShares#equal Equal shares} of every group, of each its first units. */
  public Mask uniform(double limit) {
    return new GroupShares(space, cost).equal(new double[space.units()], limit);
  }

  /**
   * What {@link #uniform} was in earlier versions, for runs that they began: the largest share that
   * stays within the limit when all groups round to whole units, which may leave much of it.
   */
  public Mask uniformRounded(double limit) {
    Mask best = prefix(0);
    double low = 0;
    double high = 1;
    if (cost.cost(prefix(1)) <= limit) {
      return prefix(1);
    }
    for (int i = 0; i < HALVINGS; i++) {
      double share = 0.5 * (low + high);
      Mask mask = prefix(share);
      if (cost.cost(mask) <= limit) {
        best = mask;
        low = share;
      } else {
        high = share;
      }
    }
    return best;
  }

  /** Position of each unit within its group, in (0, 1). */
  private double[] relativePositions() {
    int[] blocks = blocks();
    int[] seen = lastingBlocks();
    double[] positions = new double[space.units()];
    for (int unit = 0; unit < positions.length; unit++) {
      int group = space.group(unit);
      positions[unit] = (seen[group]++ + 0.5) / blocks[group];
    }
    return positions;
  }

  /** Of each group, those that are units and the one that always stays. */
  private int[] blocks() {
    int[] blocks = lastingBlocks();
    for (int group = 0; group < blocks.length; group++) {
      blocks[group] += space.firstUnit(group + 1) - space.firstUnit(group);
    }
    return blocks;
  }

  private int[] lastingBlocks() {
    int[] blocks = new int[space.groups()];
    Arrays.setAll(blocks, group -> space.lastingChannels(group) > 0 ? 1 : 0);
    return blocks;
  }

  private Mask prefix(double share) {
    int[] blocks = blocks();
    boolean[] active = new boolean[space.units()];
    int[] taken = lastingBlocks();
    for (int unit = 0; unit < active.length; unit++) {
      int group = space.group(unit);
      active[unit] = taken[group]++ < Math.round(share * blocks[group]);
    }
    return space.mask(active);
  }

  private Mask greedy(Integer[] order, double[] probabilities, double limit) {
    UnitChoice choice = new UnitChoice(space, space.lastingMask(), probabilities);
    for (int unit : order) {
      if (probabilities[unit] > 0 && choice.fits(unit, cost, limit)) {
        choice.add(unit);
      }
    }
    return choice.mask();
  }
}
