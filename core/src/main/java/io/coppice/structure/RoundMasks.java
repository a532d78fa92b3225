package io.coppice.structure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The masks of a round: for each local step, and either the same for all shards or for each shard
 * its own.
 *
 * @param shared whether all shards use the same masks
 * @param steps local steps of the round
 * @param all the masks of each step; where they are not shared, the steps of each shard in turn
 */
public record RoundMasks(boolean shared, int steps, List<StepMasks> all) {

  public RoundMasks {
    all = List.copyOf(all);
    boolean fits = shared ? all.size() == steps : steps > 0 && all.size() % steps == 0;
    if (!fits || all.isEmpty()) {
      throw new IllegalArgumentException(
          "a round of "
              + steps
              + " steps has masks for each of them, "
              + (shared ? "once" : "once for every shard")
              + "; found "
              + all.size());
    }
  }

  /** One step of all shards. */
  public static RoundMasks of(StepMasks step) {
    return repeated(1, step);
  }

  /** The same masks in every step of all shards. */
  public static RoundMasks repeated(int steps, StepMasks step) {
    return new RoundMasks(true, steps, Collections.nCopies(steps, step));
  }

  /** The masks of a shard's local step, from 0. */
  public StepMasks of(int shard, int step) {
    return all.get(shared ? step : shard * steps + step);
  }

  /** Channels that some local step of a shard trains: those that its gradient covers. */
  public Mask trained(int shard) {
    return IntStream.range(0, steps)
        .mapToObj(step -> of(shard, step).trained())
        .reduce(Mask::union)
        .orElseThrow();
  }

  /** Channels that some step of some shard trains: those that the sum of gradients covers. */
  public Mask trained() {
    return all.stream().map(StepMasks::trained).distinct().reduce(Mask::union).orElseThrow();
  }

  /**
   * Whether each shard trains the same channels as all do together, so that their gradients lie
   * alike.
   */
  public boolean trainedAlike() {
    if (shared) {
      return true;
    }
    Mask together = trained();
    return IntStream.range(0, all.size() / steps)
        .allMatch(shard -> trained(shard).equals(together));
  }

  /**
   * How many steps of all shards train each mask, in the order of their first use.
   *
   * @param shards number of shards
   */
  public Map<Mask, Integer> timesTrained(int shards) {
    Map<Mask, Integer> times = new LinkedHashMap<>();
    for (StepMasks step : all) {
      times.merge(step.trained(), shared ? shards : 1, Integer::sum);
    }
    return times;
  }

  /** Every mask once, in the order of their first use. */
  public List<Mask> distinct() {
    return all.stream()
        .flatMap(step -> Stream.concat(Stream.of(step.trained()), step.probes().stream()))
        .distinct()
        .toList();
  }
}
