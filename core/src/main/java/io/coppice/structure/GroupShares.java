package io.coppice.structure;

import java.util.Arrays;

/**
 * Masks in which the groups' shares of their channels stand in given proportions, as nearly as
 * units allow, and that fill a cost limit. With all proportions alike every group has an equal
 * share.
 */
public final class GroupShares {

  /** Of the bracket of a share: below a double's 53 bits it decides between no two masks. */
  private static final int HALVINGS = 60;

  private final StructureSpace space;
  private final CostModel cost;

  public GroupShares(StructureSpace space, CostModel cost) {
    this.space = space;
    this.cost = cost;
  }

  /**
   * Takes units out of a mask, one after the other, as long as it exceeds the limit, always of the
   * group that is furthest ahead of its proportion; then lets units in as long as any fits, always
   * of the group furthest behind, of those of which a unit fits. Ties go to the lower index.
   *
   * @param mask where to begin; {@link StructureSpace#lastingMask} for a mask of the proportions
   *     alone
   * @param proportions of the groups' shares, all positive
   * @param importance one value a unit: of a group the least important active unit goes first, the
   *     most important absent one comes first, in a tie that with the higher or lower index
   * @param limit bound on the cost, at least that of what always stays
   */
  public Mask fitted(Mask mask, double[] proportions, double[] importance, double limit) {
    UnitChoice choice = new UnitChoice(space, mask, importance);
    while (cost.cost(choice.counts()) > limit) {
      if (!removeFurthestAhead(choice, proportions)) {
        break;
      }
    }
    while (addFurthestBehind(choice, proportions, limit)) {
      // One unit after the other.
    }
    return choice.mask();
  }

  /** The same share of every group, see {@link #filled}. */
  public Mask equal(double[] importance, double limit) {
    double[] alike = new double[space.groups()];
    Arrays.fill(alike, 1);
    return filled(alike, importance, limit);
  }

  /**
   * Shares in given proportions, as nearly as units allow, and the whole limit: of every group the
   * units that lie within its part of the share whose cost is the limit, then one unit after the
   * other, always of the group that is furthest behind, of those of which a unit still fits. So no
   * unit fits any more, and no group lags by a whole unit behind its part; one is ahead of it by
   * more than a unit only where no unit of those behind it fits instead.
   *
   * @see #fitted
   */
  public Mask filled(double[] proportions, double[] importance, double limit) {
    UnitChoice choice = new UnitChoice(space, space.lastingMask(), importance);
    double[] share = channels(proportions, largestShare(proportions, limit));
    for (int group = 0; group < share.length; group++) {
      while (addWithin(choice, group, share[group])) {
        // One unit after the other.
      }
    }
    return fitted(choice.mask(), proportions, importance, limit);
  }

  private static boolean addWithin(UnitChoice choice, int group, double channels) {
    int unit = choice.mostImportantAbsent(group);
    if (unit < 0 || choice.countsWith(unit)[group] > channels) {
      return false;
    }
    choice.add(unit);
    return true;
  }

  /** The largest share of which all groups may have their part. */
  private double largestShare(double[] proportions, double limit) {
    double all = 1 / Arrays.stream(proportions).min().orElse(1);
    if (cost.cost(channels(proportions, all)) <= limit) {
      return all;
    }
    double low = 0;
    double high = all;
    for (int i = 0; i < HALVINGS; i++) {
      double share = 0.5 * (low + high);
      if (cost.cost(channels(proportions, share)) <= limit) {
        low = share;
      } else {
        high = share;
      }
    }
    return low;
  }

  /** So many channels of every group, or those that always stay where these are more. */
  private double[] channels(double[] proportions, double share) {
    int[] all = space.groupChannels();
    double[] channels = new double[all.length];
    Arrays.setAll(
        channels,
        group ->
            Math.max(
                space.lastingChannels(group),
                Math.min(1, share * proportions[group]) * all[group]));
    return channels;
  }

  private boolean removeFurthestAhead(UnitChoice choice, double[] proportions) {
    int furthest = -1;
    for (int group = 0; group < space.groups(); group++) {
      if (choice.leastImportant(group) >= 0
          && (furthest < 0
              || ahead(choice, group, proportions) >= ahead(choice, furthest, proportions))) {
        furthest = group;
      }
    }
    if (furthest < 0) {
      return false;
    }
    choice.remove(choice.leastImportant(furthest));
    return true;
  }

  private boolean addFurthestBehind(UnitChoice choice, double[] proportions, double limit) {
    int furthest = -1;
    int unitOfFurthest = -1;
    for (int group = 0; group < space.groups(); group++) {
      if (furthest < 0
          || ahead(choice, group, proportions) < ahead(choice, furthest, proportions)) {
        int unit = choice.mostImportantThatFits(group, cost, limit);
        furthest = unit >= 0 ? group : furthest;
        unitOfFurthest = unit >= 0 ? unit : unitOfFurthest;
      }
    }
    if (furthest < 0) {
      return false;
    }
    choice.add(unitOfFurthest);
    return true;
  }

  private double ahead(UnitChoice choice, int group, double[] proportions) {
    return choice.counts()[group] / (space.groupChannels()[group] * proportions[group]);
  }
}
