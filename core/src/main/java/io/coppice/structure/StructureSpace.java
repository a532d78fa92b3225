package io.coppice.structure;

/**
 * The units of structure of a network: blocks of {@code granularity} consecutive channels of one
 * group that are kept or removed together. The last block of a group may be smaller. The first
 * block of some groups is no unit: it is always active, so that the group never ends.
 */
public final class StructureSpace {

  private final int[] groupChannels;
  private final int granularity;
  private final int[] lasting;
  private final int[] firstUnit;
  private final int[] unitGroup;
  private final int[] unitFirst;
  private final int[] unitSize;

  /**
   * All blocks are units.
   *
   * @param groupChannels number of channels of every group
   * @param granularity channels a unit, at least 1
   */
  public StructureSpace(int[] groupChannels, int granularity) {
    this(groupChannels, granularity, new boolean[groupChannels.length]);
  }

  /**
   * @param groupChannels number of channels of every group
   * @param granularity channels a unit, at least 1
   * @param lasts for every group whether its first block is always active
   */
  public StructureSpace(int[] groupChannels, int granularity, boolean[] lasts) {
    if (granularity < 1) {
      throw new IllegalArgumentException("a unit has at least 1 channel, found " + granularity);
    }
    this.groupChannels = groupChannels.clone();
    this.granularity = granularity;
    this.lasting = new int[groupChannels.length];
    this.firstUnit = new int[groupChannels.length + 1];
    int units = 0;
    for (int group = 0; group < groupChannels.length; group++) {
      lasting[group] = lasts[group] ? Math.min(granularity, groupChannels[group]) : 0;
      firstUnit[group] = units;
      units += (groupChannels[group] - lasting[group] + granularity - 1) / granularity;
    }
    firstUnit[groupChannels.length] = units;
    unitGroup = new int[units];
    unitFirst = new int[units];
    unitSize = new int[units];
    int unit = 0;
    for (int group = 0; group < groupChannels.length; group++) {
      for (int first = lasting[group]; first < groupChannels[group]; first += granularity) {
        unitGroup[unit] = group;
        unitFirst[unit] = first;
        unitSize[unit] = Math.min(granularity, groupChannels[group] - first);
        unit++;
      }
    }
  }

  /** Number of units of all groups. */
  public int units() {
    return unitGroup.length;
  }

  public int groups() {
    return groupChannels.length;
  }

  public int[] groupChannels() {
    return groupChannels.clone();
  }

  public int granularity() {
    return granularity;
  }

  /** Number of the first channels of a group that are always active, and belong to no unit. */
  public int lastingChannels(int group) {
    return lasting[group];
  }

  /** The channels that are always active. */
  public Mask lastingMask() {
    return mask(new boolean[units()]);
  }

  /** The first unit of a group, whose units follow each other; the next group's is their end. */
  public int firstUnit(int group) {
    return firstUnit[group];
  }

  /** The group of a unit. */
  public int group(int unit) {
    return unitGroup[unit];
  }

  /** Number of channels of a unit. */
  public int size(int unit) {
    return unitSize[unit];
  }

  /** Whether the channels of a unit are active. */
  public boolean isActive(Mask mask, int unit) {
    return mask.isActive(unitGroup[unit], unitFirst[unit]);
  }

  /** For each unit 1 where a mask has it, else 0. */
  public double[] indicator(Mask mask) {
    double[] indicator = new double[units()];
    for (int unit = 0; unit < indicator.length; unit++) {
      indicator[unit] = isActive(mask, unit) ? 1 : 0;
    }
    return indicator;
  }

  /** The mask in which exactly the given units are active, and the channels that always are. */
  public Mask mask(boolean[] activeUnits) {
    if (activeUnits.length != units()) {
      throw new IllegalArgumentException(
          "expected " + units() + " units, found " + activeUnits.length);
    }
    Mask.Builder builder = Mask.builder(groupChannels);
    for (int group = 0; group < groupChannels.length; group++) {
      builder.activate(group, 0, lasting[group]);
    }
    for (int unit = 0; unit < units(); unit++) {
      if (activeUnits[unit]) {
        builder.activate(unitGroup[unit], unitFirst[unit], unitSize[unit]);
      }
    }
    return builder.build();
  }
}
