package io.coppice.report;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a network's structure stands.
 *
 * @param kept number of channels that the most probable mask keeps of every group, in the order of
 *     the network's groups
 * @param probabilities number of units whose probability of being kept lies in each tenth of [0,
 *     1], from [0, 0.1) to [0.9, 1]; null where the strategy learns none
 */
public record StructureReport(List<Integer> kept, @Nullable List<Integer> probabilities) {

  /** Parts of [0, 1] that units are counted in. */
  private static final int PARTS = 10;

  /** Channels kept, of all groups. */
  public int channels() {
    return kept.stream().mapToInt(Integer::intValue).sum();
  }

  /** How many of some probabilities lie in each tenth of [0, 1]. */
  public static List<Integer> histogram(double[] probabilities) {
    Integer[] counts = new Integer[PARTS];
    Arrays.fill(counts, 0);
    for (double probability : probabilities) {
      counts[Math.min(PARTS - 1, (int) (PARTS * probability))]++;
    }
    return List.of(counts);
  }
}
