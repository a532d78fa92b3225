package io.coppice.train;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.CompactNetworks;
import io.coppice.compact.Slicer;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the sums of a round's shards are added up: value by value, from 0 on, in the order of the
 * shards. That is the same association whether one machine adds whole arrays or each of many a
 * slice of them, so that the bits do not depend on who does it. What a shard has not trained counts
 * as 0, which changes no bit of a sum that began with 0.
 *
 * <p>The values are those of the gradient and behind them those of the statistics, laid out as the
 * tensors of all channels that some shard trains.
 */
public final class ShardSummation {

  /** Values that stay in the first-level cache while all shards are added to them. */
  private static final int CHUNK = 4096;

  private final CompactNetworks networks;
  private final RoundMasks masks;
  private final CompactNetwork covered;
  private final boolean alike;

  /**
   * @param masks of the round
   */
  public ShardSummation(CompactNetworks networks, RoundMasks masks) {
    this.networks = networks;
    this.masks = masks;
    this.covered = networks.of(masks.trained());
    this.alike = masks.trainedAlike();
  }

  /** Number of values. */
  public int size() {
    return Math.addExact(covered.parameters().size(), covered.statistics().size());
  }

  /** The values of one shard. */
  public float[] values(int shard, StepSums ofShard) {
    float[] values = new float[size()];
    StepSums all = alike ? ofShard : inLayoutOfAll(shard, ofShard);
    System.arraycopy(all.gradient(), 0, values, 0, all.gradient().length);
    System.arraycopy(all.statistics(), 0, values, all.gradient().length, all.statistics().length);
    return values;
  }

  /** The sums that some values stand for. */
  public StepSums sums(float[] values) {
    int parameters = covered.parameters().size();
    return new StepSums(
        Arrays.copyOf(values, parameters), Arrays.copyOfRange(values, parameters, values.length));
  }

  /** Adds what a shard gave to the sum of those before it, slice by slice. */
  public static void add(float[] sum, float[] addend) {
    add(sum, addend, 0, sum.length);
  }

  /**
   * Adds up all shards, by all cores.
   *
   * @param shards in their order
   */
  public StepSums sum(List<StepSums> shards) {
    StepSums sum = zero();
    if (alike) {
      addInChunks(sum.gradient(), shards.stream().map(StepSums::gradient).toList());
      addInChunks(sum.statistics(), shards.stream().map(StepSums::statistics).toList());
    } else {
      for (int shard = 0; shard < shards.size(); shard++) {
        addScattered(sum, shard, shards.get(shard));
      }
    }
    return sum;
  }

  private StepSums inLayoutOfAll(int shard, StepSums ofShard) {
    StepSums all = zero();
    addScattered(all, shard, ofShard);
    return all;
  }

  private StepSums zero() {
    return new StepSums(
        new float[covered.parameters().size()], new float[covered.statistics().size()]);
  }

  private void addScattered(StepSums sum, int shard, StepSums ofShard) {
    Mask mask = masks.trained(shard);
    CompactNetwork own = networks.of(mask);
    new Slicer(covered.parameters(), own.parameters()).addTo(sum.gradient(), ofShard.gradient(), 1);
    new Slicer(covered.statistics(), own.statistics())
        .addTo(sum.statistics(), ofShard.statistics(), 1);
  }

  private static void addInChunks(float[] sum, List<float[]> addends) {
    IntStream.range(0, (sum.length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int from = chunk * CHUNK;
              int to = Math.min(sum.length, from + CHUNK);
              for (float[] addend : addends) {
                add(sum, addend, from, to);
              }
            });
  }

  private static void add(float[] sum, float[] addend, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] += addend[i];
    }
  }
}
