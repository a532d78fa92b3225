package io.coppice.random;

/**
 * A random stream that is a pure function of its keys, so that any draw of a run can be made again
 * at will, on any machine and in any order. The generator is SplitMix64 (Steele, Lea and Flood,
 * "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) started from a hash of the keys.
 */
public final class CounterRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private long state;

  private CounterRandom(long state) {
    this.state = state;
  }

  /**
   * What a stream is for; streams of different purposes never coincide. New purposes go to the end:
   * the position of each is part of its key.
   */
  public enum Purpose {
    STRUCTURE_MASK,
    FIXED_MASK,
    CANDIDATE_MASK,
    WEIGHT,
    SHARD,
    SHUFFLE,
    AUGMENTATION,
    DROPOUT,
    MIXUP,
    TIMED_MASK
  }

  /** The stream of the given seed, purpose and counters. */
  public static CounterRandom of(long seed, Purpose purpose, long... counters) {
    long hash = mix(seed + GOLDEN_GAMMA * (purpose.ordinal() + 1));
    for (long counter : counters) {
      hash = mix(hash + GOLDEN_GAMMA + counter);
    }
    return new CounterRandom(hash);
  }

  /** Uniform over all longs. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT;
  }

  /** Uniform in {0, ..., bound - 1}. */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("the bound must be at least 1, found " + bound);
    }
    return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
  }

  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Standard normal, by the Box-Muller transform. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** The numbers 0 to {@code size - 1} in random order (Fisher and Yates). */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
